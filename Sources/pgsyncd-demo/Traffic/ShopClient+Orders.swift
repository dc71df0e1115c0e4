import LibPQ

extension ShopClient {
  /// An order with its lines, and the goods taken from the shelf: three tables in one transaction.
  mutating func placeOrder() throws(PostgresError) {
    let note = random.chance(percent: 20) ? "Ring twice – the „bell“ is broken\\n\t'" : nil
    let order = try run(
      .insert, "orders",
      """
      INSERT INTO shop.orders (customer_id, delivery_window, note)
      VALUES ($1, tstzrange(now(), now() + interval '2 days'), $2) RETURNING order_id
      """, [anyCustomer(), note])
    guard let id = order[0, 0] else { return }
    let products = Set((0..<random.number(1...4)).map { _ in random.number(1...ShopSeed.products) })
    let basket = "{" + products.sorted().map(String.init).joined(separator: ",") + "}"
    try run(
      .insert, "order_items",
      """
      INSERT INTO shop.order_items (order_id, line, product_id, quantity, unit_price)
      SELECT $1::bigint, line, product_id, 1 + product_id % 3, price
      FROM unnest($2::bigint[]) WITH ORDINALITY AS basket (product_id, line) JOIN shop.products USING (product_id)
      """, [id, basket])
    try run(
      .update, "stock",
      """
      UPDATE shop.stock SET quantity = quantity - 1, last_counts = last_counts[2:3] || quantity
      WHERE product_id = ANY ($1::bigint[]) AND warehouse = 'north'
      """, [basket])
    openOrders.append(OpenOrder(id: id))
  }

  /// The next step of an order's life: paid, shipped, delivered.
  mutating func advanceOrder() throws(PostgresError) {
    guard !openOrders.isEmpty else { return try placeOrder() }
    let index = random.number(0...openOrders.count - 1)
    let order = openOrders[index]
    switch order.stage {
    case .placed:
      try pay(order.id)
      try setStatus("paid", of: order.id)
      openOrders[index].stage = .paid
    case .paid:
      try setStatus("shipped", of: order.id)
      openOrders[index].stage = .shipped
    case .shipped:
      try setStatus("delivered", of: order.id)
      openOrders.remove(at: index)
    }
  }

  /// Cancelled orders stay as a status; every other one is deleted with all that belongs to it.
  mutating func cancelOrder() throws(PostgresError) {
    guard !openOrders.isEmpty else { return try placeOrder() }
    let order = openOrders.remove(at: random.number(0...openOrders.count - 1))
    if random.chance(percent: 50) { return try setStatus("cancelled", of: order.id) }
    // The foreign keys cascade; the rows that go with the order are counted while they are still there.
    for table in ["order_items", "payments"] {
      let count = try connection.query("SELECT count(*) FROM shop.\(table) WHERE order_id = $1", [order.id])
      transaction.add(count[0, 0].flatMap { Int($0) } ?? 0, .delete, to: table)
    }
    try run(.delete, "orders", "DELETE FROM shop.orders WHERE order_id = $1", [order.id])
  }

  private mutating func pay(_ order: String) throws(PostgresError) {
    let payment = random.uuid()
    try run(
      .insert, "payments",
      """
      INSERT INTO shop.payments
      SELECT $1::uuid, $2::bigint, CASE WHEN $2::bigint % 2 = 0 THEN 'card' ELSE 'transfer' END::shop.payment_method, sum(line_total),
        decode(md5($3::text), 'hex'), clock_timestamp() AT TIME ZONE 'UTC'
      FROM shop.order_items WHERE order_id = $2::bigint
      """, [payment, order, payment])
  }

  private mutating func setStatus(_ status: String, of order: String) throws(PostgresError) {
    try run(
      .update, "orders",
      """
      UPDATE shop.orders SET status = $1::shop.order_status, status_history = status_history || $1::shop.order_status
      WHERE order_id = $2::bigint
      """, [status, order])
  }
}
