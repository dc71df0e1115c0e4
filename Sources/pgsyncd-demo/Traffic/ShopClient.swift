import LibPQ

/// Plays the shop's application: one random transaction after another on a connection of its own.
///
/// What it does is decided by the seed; it is the only writer of most tables, so its counts are exact.
struct ShopClient {
  let connection: PostgresConnection
  var random: SeededRandom
  var totals = TrafficTotals()
  /// The rows of the open transaction, counted only once it has committed.
  var transaction = TrafficTotals()
  /// Orders on their way to the customer, oldest first.
  var openOrders: [OpenOrder] = []
  /// Categories that were added by this client and hold no product.
  var emptyCategories: [String] = []
  var newCustomers = 0
  /// Whether the application already knows the column that the drift adds.
  var writesPhoneNumbers = false

  /// An order and how far it has come.
  struct OpenOrder {
    enum Stage { case placed, paid, shipped }
    let id: String
    var stage = Stage.placed
  }

  init(connection: PostgresConnection, seed: UInt64) {
    self.connection = connection
    random = SeededRandom(seed: seed)
  }

  /// One transaction, chosen as a shop would mix them.
  mutating func nextTransaction() throws(PostgresError) {
    let choice = random.number(1...100)
    let ordersBefore = openOrders
    transaction = TrafficTotals()
    try connection.execute("BEGIN")
    try act(choice)
    // Two in a hundred are work that the application thinks better of: the target must never see it.
    if choice > 98 {
      try connection.execute("ROLLBACK")
      openOrders = ordersBefore
      totals.rollBack()
    } else {
      try connection.execute("COMMIT")
      totals.commit(transaction)
    }
  }

  private mutating func act(_ choice: Int) throws(PostgresError) {
    switch choice {
    case 1...24: try placeOrder()
    case 25...46: try advanceOrder()
    case 47...50: try cancelOrder()
    case 51...60: try signUp()
    case 61...70: try changeCustomer()
    case 71...74: try relabelAddress()
    case 75...80: try changeProduct()
    case 81...84: try moveStock()
    case 85...86: try changeSupplier()
    case 87...88: try changeCategory()
    case 89...96: try recordActivity()
    case 97...98: try recordActivityWithSavepoint()
    default: try placeOrder()
    }
  }

  /// Runs one statement of the open transaction and counts its rows.
  @discardableResult mutating func run(
    _ operation: TrafficTotals.Operation, _ table: String, _ sql: String, _ parameters: [String?] = []
  ) throws(PostgresError) -> QueryResult {
    let result = try connection.query(sql, parameters)
    transaction.add(result.rowsAffected, operation, to: table)
    return result
  }

  /// A product of those that the shop began with.
  mutating func anyProduct() -> String { String(random.number(1...ShopSeed.products)) }

  /// A customer of those that the shop began with.
  mutating func anyCustomer() -> String { String(random.number(1...ShopSeed.customers)) }
}
