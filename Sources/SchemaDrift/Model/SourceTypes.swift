import PostgresTypes

/// Finds the types behind the OIDs of a RELATION message: built in, or from what is known of the source.
struct SourceTypes {
  private let announced: (OID) -> TypeReference?
  private let known: [OID: TypeReference]

  /// `announced` knows what the session's TYPE messages said; `models` are tables of the same source, whose types are
  /// looked through in order.
  init(announced: @escaping (OID) -> TypeReference?, models: [TableSchema]) {
    self.announced = announced
    known = models.flatMap(\.columns).reduce(into: [:]) { known, column in
      if known[column.type.oid] == nil { known[column.type.oid] = column.type }
    }
  }

  /// The type of a column on the wire.
  func type(_ oid: OID, modifier: Int32) -> TypeReference {
    if let builtin = BuiltinTypes.type(oid, modifier: modifier) { return builtin }
    switch (known[oid], announced(oid)) {
    case (let model?, let announced?): return merge(model, announced).withModifier(modifier)
    case (let type?, nil), (nil, let type?): return type.withModifier(modifier)
    case (nil, nil): return .unknown(oid: oid, modifier: modifier)
    }
  }

  /// The announcement is exact at its place in the stream but says no more than a name, and for a domain not even
  /// that: it carries the name of the base type.
  private func merge(_ model: TypeReference, _ announced: TypeReference) -> TypeReference {
    if case .domain = model.definition { return model }
    guard announced.definition == .unknown else { return announced }
    guard !model.name.isSameName(as: announced.name) else { return model }
    var renamed = announced
    renamed.definition = model.definition
    return renamed
  }
}
