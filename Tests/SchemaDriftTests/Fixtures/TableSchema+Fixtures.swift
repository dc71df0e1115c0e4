import PostgresTypes

@testable import SchemaDrift

extension ColumnSchema {
  /// A column whose attribute number is given by its place in the table, unless it is given here.
  init(_ name: String, _ type: TypeReference, number: Int16 = 0, notNull: Bool = false) {
    self.init(name: name, attributeNumber: number, type: type, isNotNull: notNull)
  }

  func with(_ change: (inout ColumnSchema) -> Void) -> ColumnSchema {
    var copy = self
    change(&copy)
    return copy
  }
}

extension TableSchema {
  /// A table whose columns are numbered from 1 where they have no number. `key` is its primary key and replica identity.
  static func make(
    _ columns: [ColumnSchema], named name: String = "public.users", key: [String] = ["id"], oid: UInt32 = 16_385
  ) -> TableSchema {
    guard let qualified = QualifiedName(parsing: name) else { preconditionFailure("\(name) is no name") }
    var numbered = columns
    for index in numbered.indices where numbered[index].attributeNumber == 0 {
      numbered[index].attributeNumber = Int16(index + 1)
    }
    let keys = key.isEmpty ? [] : [KeySchema(name: qualified.name + "_pkey", columns: key, isPrimary: true)]
    return TableSchema(
      oid: OID(rawValue: oid), name: qualified, columns: numbered, keys: keys, primaryKey: key, identityColumns: key)
  }

  func with(_ change: (inout TableSchema) -> Void) -> TableSchema {
    var copy = self
    change(&copy)
    return copy
  }

  /// The same table on another server: other OIDs.
  var onTarget: TableSchema { with { $0.oid = OID(rawValue: $0.oid.rawValue + 1000) } }

  /// What RELATION says of the table.
  var shape: RelationShape {
    RelationShape(
      oid: oid, name: name, replicaIdentity: replicaIdentity,
      columns: carriedColumns.map { column in
        WireColumn(
          name: column.name, isKey: identityColumns.contains { $0.isSameName(as: column.name) },
          typeOID: column.type.oid, typeModifier: column.type.modifier)
      })
  }
}

extension ColumnSchema {
  static let id = ColumnSchema("id", .int8, notNull: true)
  static let email = ColumnSchema("email", .varchar(40))
}
