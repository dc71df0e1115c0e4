import LibPQ

extension ShopClient {
  /// Page views; corrections that move a row into another partition; and the oldest ones go.
  mutating func recordActivity() throws(PostgresError) {
    switch random.number(1...10) {
    case 1:
      try run(
        .update, "activity",
        """
        UPDATE shop.activity SET happened_on = happened_on + CASE WHEN happened_on < '2026-01-01' THEN 365 ELSE -365 END
        WHERE activity_id = $1
        """, [anyActivity()])
    case 2:
      try run(
        .update, "activity",
        "UPDATE shop.activity SET took = took * 2, detail = detail || '{\"corrected\": true}' WHERE activity_id = $1",
        [anyActivity()])
    case 3:
      try run(.delete, "activity", "DELETE FROM shop.activity WHERE activity_id = $1", [anyActivity()])
    default:
      try insertActivity(kind: "visit", count: random.number(1...6))
    }
  }

  /// A part of the transaction fails and is tried again, as applications with savepoints do.
  mutating func recordActivityWithSavepoint() throws(PostgresError) {
    try insertActivity(kind: "search", count: 1)
    let kept = transaction
    try connection.execute("SAVEPOINT second_try")
    try insertActivity(kind: "undone", count: 3)
    try connection.execute("ROLLBACK TO SAVEPOINT second_try")
    transaction = kept
    try insertActivity(kind: "basket", count: 1)
  }

  private mutating func insertActivity(kind: String, count: Int) throws(PostgresError) {
    try run(
      .insert, "activity",
      """
      INSERT INTO shop.activity (happened_on, customer_id, kind, detail, client, took)
      SELECT date '2025-01-01' + ($1::integer + view * 200) % 900, $1::integer, $2,
        jsonb_build_object('view', view, 'of', $3::integer), '2001:db8::1', view * interval '17 milliseconds'
      FROM generate_series(1, $3::integer) AS view
      """, [anyCustomer(), kind, String(count)])
  }

  private mutating func anyActivity() -> String { String(random.number(1...ShopSeed.activities)) }
}
