import LibPQ

extension ShopClient {
  /// A new customer with an address. Once the application knows the column, with a telephone number.
  mutating func signUp() throws(PostgresError) {
    newCustomers += 1
    let name = "New Customer \(newCustomers)"
    let mail = "new\(newCustomers)@mail.example"
    let customer =
      if writesPhoneNumbers {
        try run(
          .insert, "customers",
          "INSERT INTO shop.customers (email, full_name, phone_number) VALUES ($1, $2, $3) RETURNING customer_id",
          [mail, name, phoneNumber()])
      } else {
        try run(
          .insert, "customers",
          "INSERT INTO shop.customers (email, full_name) VALUES ($1, $2) RETURNING customer_id", [mail, name])
      }
    try run(
      .insert, "addresses",
      "INSERT INTO shop.addresses VALUES ($1, 'home', ARRAY['New Street', NULL, '\"7\"'], '10115', 'Neustadt')",
      [customer[0, 0]])
  }

  /// A customer changes a preference, or tells the number that can be called.
  mutating func changeCustomer() throws(PostgresError) {
    if writesPhoneNumbers && random.chance(percent: 50) {
      try run(
        .update, "customers", "UPDATE shop.customers SET phone_number = $1 WHERE customer_id = $2",
        [phoneNumber(), anyCustomer()])
    } else {
      try run(
        .update, "customers",
        """
        UPDATE shop.customers SET newsletter = NOT newsletter, credit = credit / 3,
          preferences = preferences || jsonb_build_object('changed', $1::integer)
        WHERE customer_id = $2
        """, [String(random.number(1...1_000_000)), anyCustomer()])
    }
  }

  /// Changes a part of a primary key.
  mutating func relabelAddress() throws(PostgresError) {
    try run(
      .update, "addresses",
      """
      UPDATE shop.addresses SET label = CASE label WHEN 'home' THEN 'work' ELSE 'home' END
      WHERE customer_id = $1
      """, [anyCustomer()])
  }

  private mutating func phoneNumber() -> String { "+49 30 \(random.number(100_000...999_999))" }
}
