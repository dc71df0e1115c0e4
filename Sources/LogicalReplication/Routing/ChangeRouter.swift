import PostgresTypes

/// Knows, at the present place in the stream, where each table's changes go and under which shape they stand.
///
/// A value: whoever builds a unit of work works on a copy and keeps it when the target has committed. A unit that failed
/// is forgotten together with every decision in it.
public struct ChangeRouter: Sendable {
  /// What is known of one table.
  public struct Route: Sendable {
    /// The table's OID on the source.
    public let sourceOID: OID
    /// The table's name on the source, as the last accepted shape has it.
    public var name: QualifiedName
    /// The table's state.
    public var lifecycle: TableStateMachine
    /// The RELATION message in force; nil until the session has sent one.
    public var shape: [UInt8]?
    /// How tuples of the shape in force are written; nil until that shape has been judged.
    public var plan: ApplyPlan?
    /// The number of the last chunk of parked changes.
    public var lastChunk: Int64
    /// True once the commit position of the first parked change is stored with the stop.
    public var isStopPlaced: Bool
    /// About how many bytes are parked for it.
    public var parkedBytes: Int64 = 0
    /// True if the table can only go on with a copy of its rows: until that begins, its changes are of no use.
    public var awaitsCopy = false

    /// Begins as the catalog has it.
    public init(sourceOID: OID, name: QualifiedName, state: TableState, lastChunk: Int64, isStopPlaced: Bool) {
      self.sourceOID = sourceOID
      self.name = name
      lifecycle = TableStateMachine(state: state)
      self.lastChunk = lastChunk
      self.isStopPlaced = isStopPlaced
    }

    /// The table's state.
    public var state: TableState { lifecycle.state }
  }

  /// Chunk numbers of the stream are so far apart, so that what is left of a chunk whose application stopped in the
  /// middle can be put back in its place, in pieces.
  public static let chunkStride: Int64 = 1 << 16

  /// The tables, in no particular order; positions stay as they are.
  public private(set) var routes: [Route] = []
  private var positions: [OID: Int] = [:]
  /// The Type messages of this session by OID: parked along with the shapes that use them.
  public private(set) var typeMessages: [OID: [UInt8]] = [:]
  /// The names of the types that those messages tell.
  public private(set) var typeNames: [OID: QualifiedName] = [:]

  /// Knows no table.
  public init() {}

  /// Adds a table. Its OID must be new.
  public mutating func add(_ route: Route) {
    precondition(positions[route.sourceOID] == nil, "a table is added once")
    positions[route.sourceOID] = routes.count
    routes.append(route)
  }

  /// Replaces a table that was created anew: the new OID takes the old one's place.
  public mutating func replace(_ oid: OID, by route: Route) {
    guard let position = positions.removeValue(forKey: oid) else { preconditionFailure("the table is known") }
    positions[route.sourceOID] = position
    routes[position] = route
  }

  /// The position of a table in ``routes``.
  public func position(of oid: OID) -> Int? { positions[oid] }

  /// Access to a table by its position.
  public subscript(position: Int) -> Route {
    get { routes[position] }
    _modify { yield &routes[position] }
  }

  /// Access to a table by its OID.
  public subscript(oid oid: OID) -> Route? { positions[oid].map { routes[$0] } }

  /// Notes a Type message.
  public mutating func noteType(_ oid: OID, name: QualifiedName, message: [UInt8]) {
    typeMessages[oid] = message
    typeNames[oid] = name
  }

  /// Notes a RELATION message at its place in the stream. An equal one changes nothing; another one takes the plan
  /// away, so that the first tuple that follows has to be judged.
  ///
  /// - Returns: true if the shape is another one than before.
  @discardableResult
  public mutating func noteRelation(at position: Int, message: UnsafeRawBufferPointer) -> Bool {
    if let shape = routes[position].shape, shape.count == message.count, shape.elementsEqual(message) { return false }
    routes[position].shape = Array(message)
    routes[position].plan = nil
    return true
  }

  /// Forgets what the session said: another one begins, and it will say it all again.
  public mutating func beginSession() {
    for position in routes.indices {
      routes[position].shape = nil
      routes[position].plan = nil
    }
    typeMessages = [:]
    typeNames = [:]
  }
}
