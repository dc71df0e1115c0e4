import LibPQ
import PostgresTypes

/// What the catalog watch remembers of one server: of all its tables, and of the types that users have made.
struct CatalogMarks: Sendable {
  /// Changes with anything that is looked at.
  var totals: String
  /// Changes with any type that users have made.
  var types: String
  /// Every table of a user, partitions included.
  var tables: [OID: TableMark]
  /// Everything that was seen lies before this position of the log.
  var position: LSN

  /// Reads a server's catalog, in one snapshot. An open transaction has to be REPEATABLE READ.
  ///
  /// - Parameter publication: on the source, the publication; nil on the target.
  init(_ connection: PostgresConnection, publication: String?) throws(PostgresError) {
    self = try connection.inOneSnapshot { (snapshot) throws(PostgresError) in
      try CatalogMarks(inSnapshot: snapshot, publication)
    }
  }

  private init(inSnapshot connection: PostgresConnection, _ publication: String?) throws(PostgresError) {
    let parameters: [String?] = publication.map { [$0] } ?? []
    totals = try Self.totals(connection, publication)
    types = try connection.query(WatchQueries.types).onlyRow().text(0)
    tables = [:]
    let rows = try connection.query(
      WatchQueries.marks(serverVersion: connection.serverVersion, isSource: publication != nil), parameters
    ).rows
    for row in rows { tables[try row.oid(0)] = try TableMark(row) }
    position = try Self.position(connection)
  }

  /// The text that changes with anything that is looked at: a fraction of the work of reading the marks.
  static func totals(_ connection: PostgresConnection, _ publication: String?) throws(PostgresError) -> String {
    try connection.query(
      WatchQueries.totals(serverVersion: connection.serverVersion, isSource: publication != nil),
      publication.map { [$0] } ?? []
    ).onlyRow().text(0)
  }

  /// The tables with a column of a type that users have made.
  static func tablesOfUserTypes(_ connection: PostgresConnection) throws(PostgresError) -> Set<OID> {
    var tables: Set<OID> = []
    for row in try connection.query(WatchQueries.tablesOfUserTypes).rows { tables.insert(try row.oid(0)) }
    return tables
  }

  /// Where the server's log ends.
  static func position(_ connection: PostgresConnection) throws(PostgresError) -> LSN {
    let row = try connection.query(WatchQueries.position).onlyRow()
    guard let position = LSN(try row.text(0)) else { throw .unexpectedResult("a WAL position that is none") }
    return position
  }

  /// The tables that are other ones than in earlier marks, came, or are gone.
  func changes(since former: CatalogMarks) -> Set<OID> {
    var changed: Set<OID> = []
    for (oid, mark) in tables where former.tables[oid]?.everything != mark.everything { changed.insert(oid) }
    for oid in former.tables.keys where tables[oid] == nil { changed.insert(oid) }
    return changed
  }

  /// The table under whose name the changes of a partition travel if the publication says so; the table itself if it is
  /// none.
  func root(of table: OID) -> OID {
    var root = table
    // A partition lies a few levels below its root; a circle is impossible, and would end here.
    for _ in 0..<64 {
      guard let parent = tables[root]?.parent else { break }
      root = parent
    }
    return root
  }

  /// By which row of the catalog a table belongs to the publication, itself or through the table whose partition it is;
  /// nil if it does not.
  func membership(of table: OID) -> OID? {
    var table = table
    for _ in 0..<64 {
      guard let mark = tables[table] else { return nil }
      if let membership = mark.membership { return membership }
      guard let parent = mark.parent else { return nil }
      table = parent
    }
    return nil
  }

  /// The partitions of a table that hold rows, at any depth, with their file nodes.
  func leavesByRoot() -> [OID: [OID: UInt32]] {
    var leaves: [OID: [OID: UInt32]] = [:]
    // A partition that has partitions itself has no file.
    for (oid, mark) in tables where mark.parent != nil && mark.fileNode != 0 {
      leaves[root(of: oid), default: [:]][oid] = mark.fileNode
    }
    return leaves
  }
}
