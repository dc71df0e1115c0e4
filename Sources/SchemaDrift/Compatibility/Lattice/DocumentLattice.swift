/// json and jsonb, addresses.
enum DocumentLattice {
  /// The conversion between two related types that belong to no larger family; nil if there is no rule.
  static func conversion(from source: TypeReference, to target: TypeReference) -> TypeConversion? {
    switch (source.name.name, target.name.name) {
    case ("jsonb", "json"), ("cidr", "inet"): .widening
    case ("json", "jsonb"):
      .lossy(why: "lose duplicate keys and the order of keys", witness: #"{"a": 1, "a": 2} → {"a": 2}"#)
    case ("inet", "cidr"): .lossy(why: "cut addresses inside a network", witness: "10.0.0.1/8 → 10.0.0.0/8")
    case ("macaddr", "macaddr8"):
      .conditional(.explicitRequest(why: "Six-byte addresses become eight-byte ones (08:00:2b:ff:fe:01:02:03)."))
    case ("macaddr8", "macaddr"):
      .lossy(why: "refuse eight-byte addresses", witness: "08:00:2b:01:02:03:04:05 → refused")
    default: nil
    }
  }
}
