extension [UInt8] {
  /// Appends an integer in network byte order.
  @inlinable mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
  }
}
