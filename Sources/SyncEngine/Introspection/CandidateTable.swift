import PostgresTypes

/// A relation of the source that a user might mean, replicable or not.
public struct CandidateTable: Hashable, Sendable {
  /// Its identifier on the source.
  public var oid: OID
  /// Its name.
  public var name: QualifiedName
  /// The extension that created it, if any.
  public var belongsToExtension: String?
  /// Why logical replication does not carry it under its own name; nil if it does.
  public var obstacle: Obstacle?

  /// A reason why a relation is not replicated.
  public enum Obstacle: Hashable, Sendable, CustomStringConvertible {
    /// A partition: its rows travel under the name of the root.
    case partition(root: QualifiedName)
    /// `CREATE UNLOGGED TABLE`: nothing of it is in the log.
    case unlogged
    /// A temporary table of some session.
    case temporary
    /// A foreign table: its rows live elsewhere.
    case foreign
    /// A view, which has no rows.
    case view
    /// A materialized view: refreshed on each side.
    case materializedView

    /// The reason as the end of a sentence.
    public var description: String {
      switch self {
      case .partition(let root): "it is a partition, and its rows replicate as rows of \(root)"
      case .unlogged: "it is unlogged, so its changes are not in the write-ahead log"
      case .temporary: "it is a temporary table"
      case .foreign: "it is a foreign table"
      case .view: "it is a view"
      case .materializedView: "it is a materialized view, which is refreshed on each side"
      }
    }
  }

  /// Describes a relation.
  public init(oid: OID, name: QualifiedName, belongsToExtension: String? = nil, obstacle: Obstacle? = nil) {
    self.oid = oid
    self.name = name
    self.belongsToExtension = belongsToExtension
    self.obstacle = obstacle
  }
}
