/// Arrays in PostgreSQL's text form (`{a,NULL,"b c"}`, arrays chapter «Array Input and Output Syntax»), one dimension.
///
/// This is how lists travel as one parameter of a statement, so that a statement's text never grows with its data.
enum TextArray {
  /// The array as text. Every element is quoted, so nothing in it can be taken for syntax.
  static func text(_ elements: some Sequence<String?>) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for element in elements {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      guard let element else {
        bytes.append(contentsOf: "NULL".utf8)
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in element.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The elements of an array that the server printed; nil if the text is no array of one dimension.
  ///
  /// - Parameter delimiter: What stands between elements: a comma for every type except `box` (`pg_type.typdelim`).
  static func elements(of text: String, delimiter: Character = ",") -> [String?]? {
    var reader = Reader(bytes: Array(text.utf8), delimiter: delimiter.asciiValue ?? UInt8(ascii: ","))
    return reader.array()
  }

  /// The one element of an array of one element whose delimiter is not known, as in `pg_attribute.attmissingval`.
  static func onlyElement(of text: String) -> String? {
    // 0 occurs in no text that a server sends, so nothing separates.
    var reader = Reader(bytes: Array(text.utf8), delimiter: 0)
    guard let elements = reader.array(), elements.count == 1 else { return nil }
    return elements[0]
  }

  private struct Reader {
    let bytes: [UInt8]
    let delimiter: UInt8
    var position = 0

    mutating func array() -> [String?]? {
      guard take(UInt8(ascii: "{")) else { return nil }
      if take(UInt8(ascii: "}")) { return position == bytes.count ? [] : nil }
      var elements: [String?] = []
      while true {
        guard let element = element() else { return nil }
        elements.append(element.text)
        if take(delimiter) { continue }
        guard take(UInt8(ascii: "}")), position == bytes.count else { return nil }
        return elements
      }
    }

    /// One element; its text is nil for NULL.
    private mutating func element() -> (text: String?, Void)? {
      guard position < bytes.count else { return nil }
      if take(UInt8(ascii: "\"")) {
        guard let text = quoted() else { return nil }
        return (text, ())
      }
      let start = position
      while position < bytes.count, bytes[position] != delimiter, bytes[position] != UInt8(ascii: "}") {
        if bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "\"") { return nil }
        position += 1
      }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      if text.isEmpty { return nil }
      return (text == "NULL" ? nil : text, ())
    }

    private mutating func quoted() -> String? {
      var text: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""):
          return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard position < bytes.count else { return nil }
          text.append(bytes[position])
          position += 1
        default:
          text.append(byte)
        }
      }
      return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }
  }
}
