/// Integers, numeric, floating point, boolean and money.
enum NumberLattice {
  /// The conversion between two numeric types; nil if one of them is none.
  static func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    guard let from = Kind(source), let into = Kind(target) else { return nil }
    return switch (from, into) {
    case (.integer(let digits), .integer(let others)): integers(digits, others)
    case (.integer(let digits), .numeric(let room)): integerToNumeric(digits, room)
    case (.integer(let digits), .float(let others)): integerToFloat(digits, others)
    case (.numeric(let holds), .integer(let digits)): numericToInteger(holds, digits)
    case (.numeric(let holds), .numeric(let room)): numerics(holds, room)
    case (.numeric(let holds), .float(let digits)): numericToFloat(holds, digits)
    case (.float, .integer): .lossy(why: "lose precision", witness: "19.99 → 20")
    case (.float, .numeric(nil)): .lossy(why: "lose the sign of a negative zero", witness: "-0 → 0")
    case (.float, .numeric): .lossy(why: "round or refuse values", witness: "1e+30 → refused or rounded")
    case (.float(let digits), .float(let others)):
      digits <= others ? .widening : .lossy(why: "lose precision", witness: "0.1234567890123 → 0.12345679")
    case (.boolean, .integer(10)): .lossy(why: "turn truth values into numbers", witness: "t → 1")
    case (.integer(10), .boolean): .lossy(why: "lose the number", witness: "2 → t")
    case (.money, .numeric(let room)):
      .lossy(why: "depend on the servers' lc_monetary", witness: "$1,234.50 → " + amount(room))
    case (.numeric(let holds), .money):
      .lossy(why: "depend on the servers' lc_monetary", witness: moneyWitness(holds))
    case (.integer(10...), .money):
      .lossy(why: "depend on the servers' lc_monetary", witness: "1234 → $1,234.00")
    case (.boolean, .boolean), (.money, .money): .identical
    default: .impossible(why: "Values of \(source.shortSQL) are not values of \(target.shortSQL).")
    }
  }

  private typealias Room = (precision: Int32, scale: Int32)

  private enum Kind {
    /// With the decimal digits that its largest value has.
    case integer(digits: Int32)
    /// Nil holds every number.
    case numeric(Room?)
    /// With the decimal digits that it always keeps.
    case float(digits: Int32)
    case boolean, money

    init?(_ type: TypeReference) {
      switch type.name.name {
      case "int2": self = .integer(digits: 5)
      case "int4": self = .integer(digits: 10)
      case "int8": self = .integer(digits: 19)
      case "numeric": self = .numeric(TypeModifier.numeric(type.modifier))
      case "float4": self = .float(digits: 6)
      case "float8": self = .float(digits: 15)
      case "bool": self = .boolean
      case "money": self = .money
      default: return nil
      }
    }
  }

  private static func integers(_ digits: Int32, _ others: Int32) -> TypeConversion {
    guard digits > others else { return digits == others ? .identical : .widening }
    return .lossy(why: "overflow", witness: others == 5 ? "32768 → refused" : "2147483648 → refused")
  }

  private static func integerToNumeric(_ digits: Int32, _ room: Room?) -> TypeConversion {
    guard let room else { return .widening }
    if room.scale < 0 { return .lossy(why: "lose precision", witness: room.scale == -1 ? "12 → 10" : "12 → 0") }
    if room.precision - room.scale >= digits { return .widening }
    return .lossy(why: "overflow", witness: "1" + zeros(max(0, room.precision - room.scale)) + " → refused")
  }

  private static func integerToFloat(_ digits: Int32, _ others: Int32) -> TypeConversion {
    if digits <= (others == 6 ? 5 : 10) { return .widening }
    return .lossy(
      why: "lose precision",
      witness: others == 6 ? "16777217 → 1.6777216e+07" : "9007199254740993 → 9.007199254740992e+15")
  }

  private static func numericToInteger(_ holds: Room?, _ digits: Int32) -> TypeConversion {
    guard let holds else { return .lossy(why: "lose precision", witness: "19.99 → 20") }
    if holds.scale > 0 {
      let (value, rounded) = roundingWitness(holds, scale: 0)
      return .lossy(why: "lose precision", witness: "\(value) → \(rounded)")
    }
    guard holds.precision - holds.scale >= digits else {
      return .lossy(why: "refuse not-a-number", witness: "NaN → refused")
    }
    return .lossy(why: "overflow", witness: largest(holds) + " → refused")
  }

  private static func numerics(_ holds: Room?, _ room: Room?) -> TypeConversion {
    guard let room else { return .widening }
    let integerRoom = room.precision - room.scale
    guard let holds else {
      let assumed: Room = (precision: max(integerRoom, 0) + max(room.scale, 0) + 2, scale: max(room.scale, 0) + 1)
      return lossyNumeric(assumed, room)
    }
    if room.scale >= holds.scale, integerRoom >= holds.precision - holds.scale { return .widening }
    return lossyNumeric(holds, room)
  }

  private static func lossyNumeric(_ holds: Room, _ room: Room) -> TypeConversion {
    if room.scale >= holds.scale { return .lossy(why: "overflow", witness: largest(holds) + " → refused") }
    if room.scale < 0 { return .lossy(why: "lose precision", witness: negativeScaleWitness(holds, room)) }
    let (value, rounded) = roundingWitness(holds, scale: room.scale)
    let integerDigits = Int32(rounded.prefix { $0 != "." }.count)
    let fits = rounded.hasPrefix("0") || integerDigits <= room.precision - room.scale
    return .lossy(why: "lose precision", witness: value + " → " + (fits ? rounded : "refused"))
  }

  private static func numericToFloat(_ holds: Room?, _ digits: Int32) -> TypeConversion {
    let exponents: Int32 = digits == 6 ? 37 : 300
    if let holds, holds.precision <= digits, holds.precision - holds.scale <= exponents, holds.scale <= exponents {
      return .conditional(
        .explicitRequest(why: "Decimal numbers become binary ones: single values survive, sums may not."))
    }
    return .lossy(why: "lose precision", witness: floatWitness(holds ?? (precision: 20, scale: 20), digits))
  }

  // MARK: Witnesses

  /// A value with all the digits that `holds` has after the point, and what it becomes with fewer of them:
  /// `19.99 → 20`.
  private static func roundingWitness(_ holds: Room, scale: Int32) -> (value: String, rounded: String) {
    let fraction = String(repeating: "9", count: Int(holds.scale))
    switch holds.precision - holds.scale {
    case 2...: return ("19." + fraction, "20" + decimals(scale))
    case 1: return ("1." + fraction, "2" + decimals(scale))
    case 0: return ("0." + fraction, "1" + decimals(scale))
    default:
      let leading = zeros(holds.scale - holds.precision)
      let value = "0." + leading + String(repeating: "9", count: Int(holds.precision))
      let isLastZeroKept = holds.scale - holds.precision <= scale
      guard isLastZeroKept else { return (value, "0" + decimals(scale)) }
      return (value, "0." + leading.dropLast() + "1" + zeros(scale - (holds.scale - holds.precision)))
    }
  }

  /// A value with more digits than a floating-point number keeps, as far as the type has room for them.
  private static func floatWitness(_ holds: Room, _ digits: Int32) -> String? {
    let count = Int(min(holds.precision, digits == 6 ? 10 : 20))
    let figures = String(String(repeating: "1357924680", count: 2).prefix(count))
    // Digits that stand before the point, of those that are used.
    let before = min(Int(holds.precision - holds.scale), count)
    guard before >= 0, holds.scale >= 0, count - before <= Int(holds.scale) else { return nil }
    let fraction = figures.dropFirst(before) + zeros(holds.scale - Int32(count - before))
    let value = (before == 0 ? "0" : String(figures.prefix(before))) + (holds.scale > 0 ? "." + fraction : "")
    let rounded = digits == 6 ? Float(value).map(FloatText.text) : Double(value).map(FloatText.text)
    return rounded.map { value + " → " + $0 }
  }

  /// What a numeric makes of `$1,234.50`.
  private static func amount(_ room: Room?) -> String {
    guard let room else { return "1234.50" }
    if room.precision - room.scale < 4 { return "refused" }
    return switch room.scale {
    case 2...: "1234.50" + zeros(room.scale - 2)
    case 1: "1234.5"
    case 0: "1235"
    case -1: "1230"
    case -2: "1200"
    case -3: "1000"
    default: "0"
    }
  }

  private static func moneyWitness(_ holds: Room?) -> String {
    guard let holds else { return "1234.567 → $1,234.57" }
    return switch holds.precision - holds.scale {
    case ...0: "0" + decimals(holds.scale) + " → $0.00"
    case 4... where holds.scale > 2: "1234.567" + zeros(holds.scale - 3) + " → $1,234.57"
    case 4... where holds.scale >= 0: "1234" + decimals(holds.scale) + " → $1,234.00"
    case 4... where holds.scale >= -3: "1000 → $1,000.00"
    default: "0" + decimals(holds.scale) + " → $0.00"
    }
  }

  private static func negativeScaleWitness(_ holds: Room, _ room: Room) -> String {
    guard holds.scale < 0 else { return "1 → 0" }
    return "1" + zeros(-holds.scale) + " → 0"
  }

  /// The largest value of `numeric(p,s)`.
  private static func largest(_ room: Room) -> String {
    let nines = { (count: Int32) in String(repeating: "9", count: Int(max(count, 0))) }
    if room.scale <= 0 { return nines(room.precision) + zeros(-room.scale) }
    let integerDigits = room.precision - room.scale
    if integerDigits <= 0 { return "0." + zeros(-integerDigits) + nines(room.precision) }
    return nines(integerDigits) + "." + nines(room.scale)
  }

  private static func decimals(_ scale: Int32) -> String { scale > 0 ? "." + zeros(scale) : "" }

  private static func zeros(_ count: Int32) -> String { String(repeating: "0", count: Int(max(count, 0))) }
}
