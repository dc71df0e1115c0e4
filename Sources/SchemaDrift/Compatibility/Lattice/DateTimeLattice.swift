/// date, time, timestamp with and without time zone, interval.
struct DateTimeLattice {
  /// The time zone in which times without a zone are read.
  var timezone: String

  /// The conversion between two types of time; nil if one of them is none.
  func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    guard let from = Kind(rawValue: source.name.name), let into = Kind(rawValue: target.name.name) else { return nil }
    if from == .interval, into == .time {
      return .lossy(why: "drop whole days", witness: IntervalField(source.modifier).witnessOfDays)
    }
    if from == .interval, into == .interval { return intervals(source.modifier, target.modifier) }
    let change = changeOfKind(from, into)
    switch change {
    case .lossy, .impossible: return change
    case .conditional(.explicitRequest) where into == .interval: return fromTimeOfDay(change, source, target)
    case .identical, .widening, .conditional:
      return roundedFraction(from, source, into, target) ?? (change == .identical ? .widening : change)
    }
  }

  private enum Kind: String {
    case date, time, timetz, timestamp, timestamptz, interval
  }

  /// What becomes of a value whatever the digits after the second.
  private func changeOfKind(_ from: Kind, _ into: Kind) -> TypeConversion {
    switch (from, into) {
    case _ where from == into: .identical
    case (.date, .timestamp): .widening
    case (.date, .timestamptz), (.timestamp, .timestamptz): .conditional(.declaredTimeZone(timezone))
    case (.timestamptz, .timestamp):
      .lossy(why: "drop the time zone", witness: "2026-02-04 20:15:00+02 → 2026-02-04 18:15:00")
    case (.timestamp, .date): .lossy(why: "drop the time of day", witness: "2026-02-04 20:15:00 → 2026-02-04")
    case (.timestamptz, .date): .lossy(why: "drop the time of day", witness: "2026-02-04 20:15:00+00 → 2026-02-04")
    case (.timestamp, .time): .lossy(why: "drop the date", witness: "2026-02-04 20:15:00 → 20:15:00")
    case (.timestamptz, .time): .lossy(why: "drop the date", witness: "2026-02-04 20:15:00+00 → 20:15:00")
    case (.timestamptz, .timetz): .lossy(why: "drop the date", witness: "2026-02-04 20:15:00+00 → 20:15:00+00")
    case (.time, .timetz):
      .conditional(.explicitRequest(why: "Times of day get the offset that the session has at that moment."))
    case (.timetz, .time): .lossy(why: "drop the time zone", witness: "20:15:00+02 → 20:15:00")
    case (.time, .interval): .conditional(.explicitRequest(why: "Times of day become durations."))
    default: .impossible(why: "Values of \(from.rawValue) are not values of \(into.rawValue).")
    }
  }

  /// Lossy if the target has fewer digits after the second.
  private func roundedFraction(
    _ from: Kind, _ source: TypeReference, _ into: Kind, _ target: TypeReference
  ) -> TypeConversion? {
    let digits = from == .date ? 0 : TypeModifier.secondsDigits(source.modifier)
    let room =
      switch into {
      case .date: Int32(0)
      case .interval: TypeModifier.secondsDigits(TypeModifier.interval(target.modifier).digits ?? -1)
      default: TypeModifier.secondsDigits(target.modifier)
      }
    guard digits > room else { return nil }
    let day = from == .timestamp || from == .timestamptz ? "2026-02-04 " : ""
    return rounding(
      to: room, day: day, zone: from == .timetz || from == .timestamptz ? "+00" : "",
      targetZone: into == .timetz || into == .timestamptz ? "+00" : "")
  }

  private func fromTimeOfDay(
    _ change: TypeConversion, _ source: TypeReference, _ target: TypeReference
  ) -> TypeConversion {
    let field = IntervalField(target.modifier)
    if field != .second { return .lossy(why: "drop fields of the interval", witness: field.witnessOfTime) }
    return roundedFraction(.time, source, .interval, target) ?? change
  }

  /// The fields of an interval type matter by the smallest of them alone: larger ones are always kept
  /// (`AdjustIntervalForTypmod`, adt/timestamp.c).
  private func intervals(_ source: Int32, _ target: Int32) -> TypeConversion {
    let field = IntervalField(source)
    let room = IntervalField(target)
    guard room >= field else { return .lossy(why: "drop fields of the interval", witness: room.witness) }
    guard field == .second else { return .widening }
    let digits = TypeModifier.secondsDigits(TypeModifier.interval(source).digits ?? -1)
    let roomDigits = TypeModifier.secondsDigits(TypeModifier.interval(target).digits ?? -1)
    return digits > roomDigits ? rounding(to: roomDigits) : .widening
  }

  private func rounding(
    to digits: Int32, day: String = "", zone: String = "", targetZone: String = ""
  ) -> TypeConversion {
    let value = "20:15:00." + String(repeating: "6", count: Int(digits) + 1)
    let rounded = digits == 0 ? "20:15:01" : "20:15:00." + String(repeating: "6", count: Int(digits) - 1) + "7"
    return .lossy(why: "round fractions of a second", witness: "\(day)\(value)\(zone) → \(day)\(rounded)\(targetZone)")
  }
}
