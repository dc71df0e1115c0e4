extension DriftPolicy: Codable {
  private enum CodingKeys: String, CodingKey {
    case validation, timezone
    case sourceAddedColumns = "source_added_columns"
    case targetAddedColumns = "target_added_columns"
    case sourceRemovedColumns = "source_removed_columns"
    case typeMismatches = "type_mismatches"
    case safeCastsAllowed = "safe_casts_allowed"
    case newTables = "new_tables"
    case skipColumns = "skip_columns"
    case preserveColumns = "preserve_columns"
    case nullRemovedColumns = "null_removed_columns"
    case allowTypeCasts = "allow_type_cast"
  }

  /// Writes the keys and values of `pgsyncd.yaml`; the lists of columns only if they are not empty, in byte order.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(validation, forKey: .validation)
    try object.encode(sourceAddedColumns, forKey: .sourceAddedColumns)
    try object.encode(targetAddedColumns, forKey: .targetAddedColumns)
    try object.encode(sourceRemovedColumns, forKey: .sourceRemovedColumns)
    try object.encode(typeMismatches, forKey: .typeMismatches)
    try object.encode(safeCastsAllowed, forKey: .safeCastsAllowed)
    try object.encode(newTables, forKey: .newTables)
    try object.encode(timezone, forKey: .timezone)
    let lists: [(CodingKeys, Set<String>)] = [
      (.skipColumns, skipColumns), (.preserveColumns, preserveColumns), (.nullRemovedColumns, nullRemovedColumns),
    ]
    for (key, columns) in lists where !columns.isEmpty {
      try object.encode(columns.sorted { NameKey($0) < NameKey($1) }, forKey: key)
    }
    if !allowTypeCasts.isEmpty { try object.encode(allowTypeCasts, forKey: .allowTypeCasts) }
  }

  /// Reads what `encode(to:)` writes; what is missing is strict.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    let strict = DriftPolicy.strict
    func value<Value: Decodable>(_ key: CodingKeys, _ otherwise: Value) throws -> Value {
      try object.decodeIfPresent(Value.self, forKey: key) ?? otherwise
    }
    self.init(
      validation: try value(.validation, strict.validation),
      sourceAddedColumns: try value(.sourceAddedColumns, strict.sourceAddedColumns),
      targetAddedColumns: try value(.targetAddedColumns, strict.targetAddedColumns),
      sourceRemovedColumns: try value(.sourceRemovedColumns, strict.sourceRemovedColumns),
      typeMismatches: try value(.typeMismatches, strict.typeMismatches),
      safeCastsAllowed: try value(.safeCastsAllowed, strict.safeCastsAllowed),
      newTables: try value(.newTables, strict.newTables), timezone: try value(.timezone, strict.timezone),
      skipColumns: try value(.skipColumns, []), preserveColumns: try value(.preserveColumns, []),
      nullRemovedColumns: try value(.nullRemovedColumns, []), allowTypeCasts: try value(.allowTypeCasts, [:]))
  }
}
