internal import CLibPQ

/// libpq's arrays of connection options.
enum ConninfoOptions {
  /// The options that have a value.
  static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return values
  }

  /// Every keyword that this libpq knows.
  static let keywords: [String] = {
    guard let options = PQconninfoParse("", nil) else { return [] }
    defer { PQconninfoFree(options) }
    var keywords: [String] = []
    var option = options
    while let keyword = option.pointee.keyword {
      keywords.append(String(cString: keyword))
      option += 1
    }
    return keywords
  }()

  /// Calls `body` with the two NULL-terminated arrays that `PQconnectStartParams` takes.
  static func withCArrays<Result>(
    of values: [String: String],
    _ body: (
      UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>
    ) -> Result
  ) -> Result {
    let pairs = values.map { (Array($0.key.utf8CString), Array($0.value.utf8CString)) }
    let bytes = pairs.flatMap { $0.0 + $0.1 }
    return bytes.withUnsafeBufferPointer { bytes in
      var keywords: [UnsafePointer<CChar>?] = []
      var texts: [UnsafePointer<CChar>?] = []
      var offset = 0
      for (keyword, text) in pairs {
        keywords.append(bytes.baseAddress! + offset)
        texts.append(bytes.baseAddress! + offset + keyword.count)
        offset += keyword.count + text.count
      }
      keywords.append(nil)
      texts.append(nil)
      return keywords.withUnsafeBufferPointer { keywords in
        texts.withUnsafeBufferPointer { texts in body(keywords.baseAddress!, texts.baseAddress!) }
      }
    }
  }
}
