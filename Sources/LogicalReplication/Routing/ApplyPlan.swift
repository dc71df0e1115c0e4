import PostgresTypes
import SchemaDrift

/// How the tuples of one shape are written to the target's table: made once from a verdict, then only read.
public final class ApplyPlan: Sendable {
  /// A column of the tuple that is written.
  public struct Column: Sendable {
    /// Its position in the tuple, from 0.
    public var ordinal: Int
    /// Its name on the target.
    public var target: String
    /// Its type on the target.
    public var type: TypeReference
    /// How the text of a value becomes a value of that type.
    public var mapping: ColumnMapping
    /// The target column's collation, if it is not its type's default.
    public var collation: QualifiedName?
    /// The target type's equality operator, ready for SQL.
    public var equality: String
    /// The type under a domain, in which its values are compared: an operator for enums is not found for a domain.
    public var comparedAs: String?
    /// True if it belongs to the key that finds the row.
    public var isKey: Bool
    /// True for GENERATED ALWAYS AS IDENTITY: it may be inserted with OVERRIDING, and never be set by an UPDATE.
    public var isAlwaysIdentity: Bool

    /// The target's type as a cast without modifier names it.
    public var castName: String { type.castName }
    /// The target's type with its modifier.
    public var sqlName: String { type.sqlName }

    /// The expression that casts the text of a value on purpose, because the target's type would not read it as it is
    /// meant; nil if the type's own input does.
    public func cast(_ text: String) -> String? {
      mapping.castThrough == nil ? nil : mapping.expression(for: text, as: type.withoutDomains)
    }
  }

  /// How updates and deletes find their row.
  public enum Matching: Sendable {
    /// By the columns that are marked as key, over which the target has a unique key.
    case key
    /// By the whole old row.
    case fullRow
    /// Not at all: such a change stops the table.
    case none
  }

  /// Tells the statements of different plans apart.
  public let id: Int
  /// The table's OID on the source.
  public let sourceOID: OID
  /// The table on the target.
  public let target: QualifiedName
  /// The columns of a tuple, written or not.
  public let wireColumnCount: Int
  /// The columns that are written, in tuple order.
  public let columns: [Column]
  /// For each column of a tuple, its place in ``columns``, or −1 if it is not written.
  public let placeOfOrdinal: [Int]
  /// For each column of a tuple, whether it belongs to the key that finds the row.
  public let keyOrdinals: [Bool]
  /// How updates and deletes find their row.
  public let matching: Matching
  /// The target's primary key if all of it is written: an INSERT that finds its key taken overwrites that row.
  public let conflictColumns: [String]
  /// The target's columns that become NULL with every row that is written.
  public let nulledColumns: [String]
  /// The target's columns that are not written and not generated: what a row keeps when it is moved.
  public let carriedColumns: [String]
  /// What to look at in every row before it is written.
  public let watch: ValueWatch
  /// True if the target's table is partitioned.
  public let isPartitioned: Bool
  /// True if a column that is GENERATED ALWAYS AS IDENTITY stands beside the key: the source may give it a new value, and
  /// no UPDATE on the target may set it.
  public let hasIdentityBesideKey: Bool
  /// True if only the outcome a row matters, so that changes may be put together. False where something on the target
  /// watches each change (a trigger that fires for replicas), or no key tells the rows apart.
  public let nets: Bool
  /// True if values are cast on purpose, which COPY cannot do.
  public let castsValues: Bool

  /// Makes a plan from what was judged.
  ///
  /// - Parameters:
  ///   - id: a number that no other plan of this session has.
  ///   - shape: the shape whose tuples are to be written.
  ///   - verdict: not blocked; its mappings are complete.
  ///   - target: the target's table that the verdict was about.
  public init(id: Int, shape: RelationShape, verdict: CompatibilityVerdict, target: TableSchema) {
    self.id = id
    sourceOID = shape.oid
    self.target = target.name
    wireColumnCount = shape.columns.count
    var identity: [String] = []
    switch verdict.rowIdentity {
    case .key(let columns, _):
      identity = columns
      matching = .key
    case .fullRow: matching = .fullRow
    case .none: matching = .none
    }
    let keyNames = Set(identity.map(NameKey.init))
    var columns: [Column] = []
    var places = [Int](repeating: -1, count: shape.columns.count)
    var keyOrdinals = [Bool](repeating: false, count: shape.columns.count)
    for mapping in verdict.columns.sorted(by: { $0.ordinal < $1.ordinal }) {
      guard let column = target.column(named: mapping.target), places.indices.contains(mapping.ordinal) else {
        preconditionFailure("a verdict maps columns of the shape to columns of the target that it was given")
      }
      let isKey = keyNames.contains(NameKey(mapping.target))
      places[mapping.ordinal] = columns.count
      keyOrdinals[mapping.ordinal] = isKey
      columns.append(
        Column(
          ordinal: mapping.ordinal, target: mapping.target, type: column.type, mapping: mapping,
          collation: column.collation,
          equality: EqualityOperator.sql(for: column.type),
          comparedAs: EqualityOperator.typeUnderDomain(column.type)?.castName, isKey: isKey,
          isAlwaysIdentity: column.identity == .always))
    }
    self.columns = columns
    placeOfOrdinal = places
    self.keyOrdinals = keyOrdinals
    nulledColumns = verdict.nulledColumns
    watch = ValueWatch(verdict)
    castsValues = columns.contains { $0.mapping.castThrough != nil }
    let written = Set(columns.map { NameKey($0.target) })
    let kept = written.union(verdict.nulledColumns.map(NameKey.init))
    let hasPrimaryKey = !target.primaryKey.isEmpty && target.primaryKey.allSatisfy { written.contains(NameKey($0)) }
    let isDeferrable = target.keys.contains { $0.isPrimary && !$0.isImmediate }
    conflictColumns = hasPrimaryKey && !isDeferrable ? target.primaryKey : []
    carriedColumns = target.columns.filter { $0.generated == nil && !kept.contains(NameKey($0.name)) }.map(\.name)
    isPartitioned = target.kind == .partitioned
    hasIdentityBesideKey = columns.contains { $0.isAlwaysIdentity && !$0.isKey }
    var findsByKey = false
    if case .key = matching { findsByKey = !keyNames.isEmpty }
    nets = findsByKey && target.firingTriggers.isEmpty && !hasIdentityBesideKey
  }
}
