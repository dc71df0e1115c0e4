/// A value of JSON, for log lines whose fields are not known beforehand.
enum JSONValue: Encodable, Hashable, Sendable {
  case string(String)
  case number(Double)
  case list([JSONValue])
  case object([String: JSONValue])
  case null

  /// Writes the value.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .string(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .list(let list): try container.encode(list)
    case .object(let object): try container.encode(object)
    case .null: try container.encodeNil()
    }
  }
}
