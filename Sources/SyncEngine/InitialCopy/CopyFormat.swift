import PostgresTypes
import SchemaDrift

/// How rows travel in a COPY.
enum CopyFormat: String, Sendable {
  /// As text, which every type has, and which the target's types read as they read the stream.
  case text
  /// As the types' binary form, which costs the target a quarter less and is right only between the same types.
  case binary

  /// The format for columns between two servers.
  ///
  /// - Parameter versions: the servers' version numbers (150018).
  static func best(for table: CopyTable, versions: (source: Int32, target: Int32)) -> CopyFormat {
    let isBinary = table.columns.allSatisfy { mapping in
      guard mapping.castThrough == nil, mapping.check == .none,
        let source = table.source.column(named: mapping.source), let target = table.target.column(named: mapping.target)
      else { return false }
      return source.type.hasSameBinaryForm(as: target.type, versions: versions)
    }
    return isBinary ? .binary : .text
  }
}

extension TypeReference {
  /// True if a value's binary form means the same value of the other type, on another server.
  fileprivate func hasSameBinaryForm(as other: TypeReference, versions: (source: Int32, target: Int32)) -> Bool {
    switch (definition, other.definition) {
    // A domain is sent as its base type and checked when it is read.
    case (.domain(let base, _, _), _): return base.hasSameBinaryForm(as: other, versions: versions)
    case (_, .domain(let base, _, _)): return hasSameBinaryForm(as: base, versions: versions)
    // An enum is sent by its label.
    case (.enumeration, .enumeration): return true
    default: break
    }
    // Everything else that is user-defined may hold identifiers of types, which differ from server to server.
    guard oid.isSameEverywhere, oid == other.oid, modifier == other.modifier else { return false }
    var element = self
    if case .array(let inner) = definition { element = inner }
    // PostgreSQL 17 gave intervals an infinity, which earlier servers read as an enormous finite one.
    if element.name.name == "interval" { return versions.source < 170_000 || versions.target >= 170_000 }
    return !Self.withoutPortableBinaryForm.contains(element.name.name)
  }

  /// The types of `pg_catalog` that hold identifiers of objects, xml, whose binary form names an encoding, and those that
  /// do not read the binary form that an empty value is sent in: the vectors of the system catalogs, and tsquery (17.10
  /// calls it malformed).
  private static let withoutPortableBinaryForm: Set<String> = [
    "regproc", "regprocedure", "regoper", "regoperator", "regclass", "regcollation", "regtype", "regrole",
    "regnamespace", "regconfig", "regdictionary", "xml", "aclitem", "record", "oidvector", "int2vector",
    "tsquery",
  ]
}
