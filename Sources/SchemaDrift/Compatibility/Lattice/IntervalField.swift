/// The smallest field that an interval type keeps.
enum IntervalField: Int, Comparable {
  case year, month, day, hour, minute, second

  /// Reads the type modifier; an interval without fields keeps them all.
  init(_ modifier: Int32) {
    guard let fields = TypeModifier.interval(modifier).fields else {
      self = .second
      return
    }
    // The bits of INTERVAL_MASK (utils/timestamp.h), smallest field first.
    let bits: [(Int32, IntervalField)] = [
      (0x1000, .second), (0x0800, .minute), (0x0400, .hour), (0x0008, .day), (0x0002, .month), (0x0004, .year),
    ]
    self = bits.first { fields & $0.0 != 0 }?.1 ?? .second
  }

  static func < (lhs: IntervalField, rhs: IntervalField) -> Bool { lhs.rawValue < rhs.rawValue }

  /// A time of day that does not survive if nothing smaller than this field is kept.
  var witnessOfTime: String {
    switch self {
    case .year, .month, .day: "20:15:30 → 00:00:00"
    case .hour: "20:15:30 → 20:00:00"
    case .minute, .second: "20:15:30 → 20:15:00"
    }
  }

  /// A value with this field as its smallest, and the time of day that is left of it.
  var witnessOfDays: String {
    switch self {
    case .year: "1 year → 00:00:00"
    case .month: "1 mon → 00:00:00"
    case .day: "2 days → 00:00:00"
    case .hour, .minute, .second: "2 days 03:00:00 → 03:00:00"
    }
  }

  /// A value that does not survive if nothing smaller than this field is kept.
  var witness: String? {
    switch self {
    case .year: "1 mon → 00:00:00"
    case .month: "1 day → 00:00:00"
    case .day: "01:00:00 → 00:00:00"
    case .hour: "00:01:00 → 00:00:00"
    case .minute: "00:00:01 → 00:00:00"
    case .second: nil
    }
  }
}
