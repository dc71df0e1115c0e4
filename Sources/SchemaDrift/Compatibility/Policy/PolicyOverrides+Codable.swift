extension PolicyOverrides: Codable {
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

  /// Writes the keys and values of `pgsyncd.yaml`, and only what is said; lists of columns in byte order.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encodeIfPresent(validation, forKey: .validation)
    try object.encodeIfPresent(sourceAddedColumns, forKey: .sourceAddedColumns)
    try object.encodeIfPresent(targetAddedColumns, forKey: .targetAddedColumns)
    try object.encodeIfPresent(sourceRemovedColumns, forKey: .sourceRemovedColumns)
    try object.encodeIfPresent(typeMismatches, forKey: .typeMismatches)
    try object.encodeIfPresent(safeCastsAllowed, forKey: .safeCastsAllowed)
    try object.encodeIfPresent(newTables, forKey: .newTables)
    try object.encodeIfPresent(timezone, forKey: .timezone)
    let lists: [(CodingKeys, Set<String>)] = [
      (.skipColumns, skipColumns), (.preserveColumns, preserveColumns), (.nullRemovedColumns, nullRemovedColumns),
    ]
    for (key, columns) in lists where !columns.isEmpty {
      try object.encode(columns.sorted { NameKey($0) < NameKey($1) }, forKey: key)
    }
    if !allowTypeCasts.isEmpty { try object.encode(allowTypeCasts, forKey: .allowTypeCasts) }
  }

  /// Reads what `encode(to:)` writes; what is missing says nothing.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
      try object.decodeIfPresent(Value.self, forKey: key)
    }
    self.init(
      validation: try value(.validation), sourceAddedColumns: try value(.sourceAddedColumns),
      targetAddedColumns: try value(.targetAddedColumns), sourceRemovedColumns: try value(.sourceRemovedColumns),
      typeMismatches: try value(.typeMismatches), safeCastsAllowed: try value(.safeCastsAllowed),
      newTables: try value(.newTables), timezone: try value(.timezone), skipColumns: try value(.skipColumns) ?? [],
      preserveColumns: try value(.preserveColumns) ?? [], nullRemovedColumns: try value(.nullRemovedColumns) ?? [],
      allowTypeCasts: try value(.allowTypeCasts) ?? [:])
  }
}
