/// text, varchar, char, name and "char".
enum TextLattice {
  /// True for the types that are text to their users.
  static func isText(_ type: TypeReference) -> Bool { Kind(type) != nil }

  /// The conversion between two text types; nil if one of them is none.
  static func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    guard let from = Kind(source), let into = Kind(target) else { return nil }
    switch into {
    case .text(nil): return intoUnlimited(from)
    case .text(let limit?): return intoLimited(from, limit)
    case .padded(let length): return intoPadded(from, length)
    case .name: return intoName(from)
    case .byte: return from == .byte ? .identical : .lossy(why: "cut text", witness: "'ab' → 'a'")
    }
  }

  /// Anything else becomes text: every value survives that is not too long, but only when it was asked for.
  static func conversionIntoText(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    guard let into = Kind(target), into != .byte else { return impossible(source, target) }
    let request = TypeConversion.conditional(
      .explicitRequest(why: "Values of \(source.shortSQL) become plain text."))
    if case .padded(_?) = into, !ignoresTrailingBlanks(source) {
      return .lossy(why: "pad with blanks", witness: "a padded value → refused on the way back")
    }
    guard let room = into.length else { return request }
    if let longest = TextLength.longest(source), longest <= room { return request }
    return .lossy(why: "cut or refuse long values", witness: "text of \(room + 1) characters → refused")
  }

  /// Text becomes something else, if it can be read as that.
  static func conversionOutOfText(from source: TypeReference, to target: TypeReference) -> TypeConversion {
    if Kind(source) == .byte { return impossible(source, target) }
    if target.name.name == "citext" {
      return .conditional(.explicitRequest(why: "Comparisons become case-insensitive; unique keys may collide."))
    }
    let witness =
      switch target.isBuiltinByName ? target.name.name : "" {
      case "bytea": "'a\\b' → refused"
      case "xml": "'<a' → refused"
      case "tsvector", "tsquery": "'b a' → 'a' 'b'"
      default: "'abc' → refused"
      }
    return .lossy(why: "refuse text that is not \(target.shortSQL)", witness: witness)
  }

  /// True if the type's input takes `'42   '` for 42.
  private static func ignoresTrailingBlanks(_ type: TypeReference) -> Bool {
    let names: Set = [
      "bool", "int2", "int4", "int8", "numeric", "float4", "float8", "date", "time", "timetz", "timestamp",
      "timestamptz",
    ]
    return type.isBuiltinByName && names.contains(type.name.name)
  }

  private static func impossible(_ source: TypeReference, _ target: TypeReference) -> TypeConversion {
    .impossible(why: "Values of \(source.shortSQL) are not values of \(target.shortSQL).")
  }

  private enum Kind: Equatable {
    /// text and varchar, with the limit in characters.
    case text(limit: Int32?)
    /// char(n); nil is `bpchar`, which pads nothing.
    case padded(Int32?)
    /// 63 bytes.
    case name
    /// `"char"`, one byte.
    case byte

    init?(_ type: TypeReference) {
      guard type.isBuiltinByName else { return nil }
      switch type.name.name {
      case "text": self = .text(limit: nil)
      case "varchar": self = .text(limit: TypeModifier.characters(type.modifier))
      case "bpchar": self = .padded(TypeModifier.characters(type.modifier))
      case "name": self = .name
      case "char": self = .byte
      default: return nil
      }
    }

    /// The longest value in characters; nil for no limit.
    var length: Int32? {
      switch self {
      case .text(let limit): limit
      case .padded(let length): length
      case .name: 63
      case .byte: 4
      }
    }
  }

  private static func intoUnlimited(_ from: Kind) -> TypeConversion {
    guard from == .byte else { return .widening }
    return .conditional(.explicitRequest(why: "Single bytes become plain text."))
  }

  private static func intoLimited(_ from: Kind, _ limit: Int32) -> TypeConversion {
    if from == .byte { return .conditional(.explicitRequest(why: "Single bytes become plain text.")) }
    guard let length = from.length, length <= limit else { return cut(limit) }
    return .widening
  }

  private static func intoPadded(_ from: Kind, _ length: Int32?) -> TypeConversion {
    switch (from, length) {
    case (.padded(let other), nil): other == nil ? .identical : .widening
    case (.padded(let other?), let length?):
      other < length ? .widening : other == length ? .identical : cut(length)
    case (_, nil): .conditional(.explicitRequest(why: "Trailing blanks lose their meaning in comparisons."))
    case (_, let length?):
      if let other = from.length, other <= length { padded(length, from) } else { cut(length) }
    }
  }

  private static func intoName(_ from: Kind) -> TypeConversion {
    if from == .name { return .identical }
    // A character has up to four bytes.
    if let length = from.length, length <= 15 {
      return .conditional(.explicitRequest(why: "Values become names of database objects."))
    }
    return .lossy(why: "cut text after 63 bytes", witness: "64 letters → the first 63")
  }

  private static func cut(_ limit: Int32) -> TypeConversion {
    let alphabet = "abcdefghijklmnopqrstuvwxyz"
    guard limit < 12 else {
      return .lossy(why: "cut text", witness: "\(limit + 1) letters → the first \(limit)")
    }
    return .lossy(
      why: "cut text", witness: "'\(alphabet.prefix(Int(limit) + 1))' → '\(alphabet.prefix(Int(limit)))'")
  }

  private static func padded(_ length: Int32, _ from: Kind) -> TypeConversion {
    let value = length > 2 ? (from == .byte ? "a" : "ab") : ""
    let padding = String(repeating: " ", count: Int(min(length, 12)) - value.count)
    return .lossy(why: "pad with blanks", witness: "'\(value)' → '\(value)\(padding)'")
  }
}
