/// bit(n) and bit varying.
enum BitStringLattice {
  /// The conversion between two bit string types; nil if one of them is none.
  static func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    let names: Set = ["bit", "varbit"]
    guard names.contains(source.name.name), names.contains(target.name.name) else { return nil }
    let length = TypeModifier.bits(source.modifier)
    let room = TypeModifier.bits(target.modifier)
    if target.name.name == "varbit" {
      guard let room else { return .widening }
      if let length, length <= room { return .widening }
      return .lossy(why: "cut bits", witness: "\(room + 1) bits → the first \(room)")
    }
    guard source.name.name == "bit", let length, length == room else {
      return .lossy(why: "pad or cut bits", witness: witness(length, room))
    }
    return .identical
  }

  private static func witness(_ length: Int32?, _ room: Int32?) -> String? {
    guard let room else { return nil }
    let width = min(length ?? room + 1, 8)
    guard width != room, room <= 8 else { return "another length than \(room) bits → refused" }
    let bits = String(repeating: "1", count: Int(width))
    let changed = String((bits + String(repeating: "0", count: Int(room))).prefix(Int(room)))
    return "\(bits) → \(changed)"
  }
}
