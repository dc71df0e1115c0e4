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
