/// date, time, timestamp with and without time zone, interval.
struct DateTimeLattice {
  /// The time zone in which times without a zone are read.
  var timezone: String

  /// The conversion between two types of time; nil if one of them is none.
  func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    guard let from = Kind(rawValue: source.name.name), let into = Kind(rawValue: target.name.name) else { return nil }
    if from == .interval, into == .interval { return intervals(source.modifier, target.modifier) }
    let change = changeOfKind(from, into)
    switch change {
    case .lossy, .impossible, .conditional(.explicitRequest): return change
    case .identical, .widening, .conditional(.declaredTimeZone):
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
    case (.timestamptz, .time), (.timestamptz, .timetz):
      .lossy(why: "drop the date", witness: "2026-02-04 20:15:00+00 → 20:15:00")
    case (.time, .timetz):
      .conditional(.explicitRequest(why: "Times of day get the offset that the session has at that moment."))
    case (.timetz, .time): .lossy(why: "drop the time zone", witness: "20:15:00+02 → 20:15:00")
    case (.time, .interval): .conditional(.explicitRequest(why: "Times of day become durations."))
    case (.interval, .time): .lossy(why: "drop whole days", witness: "2 days 03:00:00 → 03:00:00")
    default: .impossible(why: "No cast leads from \(from.rawValue) to \(into.rawValue).")
    }
  }

  /// Lossy if the target has fewer digits after the second.
  private func roundedFraction(
    _ from: Kind, _ source: TypeReference, _ into: Kind, _ target: TypeReference
  ) -> TypeConversion? {
    let digits = from == .date ? 0 : TypeModifier.secondsDigits(source.modifier)
    let room = into == .date ? 0 : TypeModifier.secondsDigits(target.modifier)
    guard digits > room else { return nil }
    let value = "20:15:00." + String(repeating: "6", count: Int(room) + 1)
    let rounded = room == 0 ? "20:15:01" : "20:15:00." + String(repeating: "6", count: Int(room) - 1) + "7"
    return .lossy(why: "round fractions of a second", witness: value + " → " + rounded)
  }

  private func intervals(_ source: Int32, _ target: Int32) -> TypeConversion {
    let (fields, digits) = TypeModifier.interval(source)
    let (room, roomDigits) = TypeModifier.interval(target)
    if let room, room != fields {
      return .lossy(why: "drop fields of the interval", witness: intervalWitness(room))
    }
    let lost = TypeModifier.secondsDigits(digits ?? -1) > TypeModifier.secondsDigits(roomDigits ?? -1)
    return lost ? .lossy(why: "round fractions of a second", witness: "00:00:00.666667 → fewer digits") : .widening
  }

  private func intervalWitness(_ room: Int32) -> String {
    let yearsAndMonths: Int32 = 0x0006
    return room & ~yearsAndMonths == 0 ? "1 day → 00:00:00" : "00:00:01.5 or 1 mon → cut to the declared fields"
  }
}
