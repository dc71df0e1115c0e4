import LibPQ

extension ShopClient {
  /// A new price; the long descriptions stay as they are and do not travel. Now and then a new description.
  mutating func changeProduct() throws(PostgresError) {
    let product = anyProduct()
    if random.chance(percent: 10) {
      try run(
        .update, "products",
        """
        UPDATE shop.products SET tags = tags[1:3] || $1::text, updated_at = clock_timestamp(),
          description = (SELECT string_agg(md5($1::text || part), ' ') FROM generate_series(1, 150) AS part)
        WHERE product_id = $2
        """, [String(random.number(1...1_000_000)), product])
    } else {
      try run(
        .update, "products",
        "UPDATE shop.products SET price = $1, updated_at = clock_timestamp() WHERE product_id = $2",
        ["\(random.number(1...900)).\(random.number(10...99))", product])
    }
  }

  /// Goods go from one warehouse to the other; sometimes a whole shelf changes its warehouse, which is half its key.
  mutating func moveStock() throws(PostgresError) {
    let product = anyProduct()
    if random.chance(percent: 40) {
      try run(
        .update, "stock",
        """
        UPDATE shop.stock SET warehouse = CASE warehouse WHEN 'south' THEN 'west' ELSE 'south' END
        WHERE product_id = $1 AND warehouse <> 'north'
        """, [product])
    } else {
      try run(
        .update, "stock",
        """
        UPDATE shop.stock SET quantity = quantity + CASE warehouse WHEN 'north' THEN 5 ELSE -5 END
        WHERE product_id = $1
        """, [product])
    }
  }

  /// A supplier's contact, or its code: the products that point at it follow by ON UPDATE CASCADE.
  mutating func changeSupplier() throws(PostgresError) {
    let number = random.number(1...ShopSeed.suppliers)
    guard random.chance(percent: 30) else {
      try run(
        .update, "suppliers",
        """
        UPDATE shop.suppliers SET contact = contact || jsonb_build_object('calls', $1::integer)
        WHERE supplier_code IN ($2::text, $2::text || '-NEW')
        """, [String(random.number(1...100_000)), "SUP-\(number)"])
      return
    }
    let renamed = try run(
      .update, "suppliers",
      """
      UPDATE shop.suppliers SET supplier_code = CASE supplier_code WHEN $1::text THEN $1::text || '-NEW' ELSE $1::text END
      WHERE supplier_code IN ($1::text, $1::text || '-NEW') RETURNING supplier_code
      """, ["SUP-\(number)"])
    let followed = try connection.query(
      "SELECT count(*) FROM shop.products WHERE supplier_code = $1", [renamed[0, 0]])
    transaction.add(followed[0, 0].flatMap { Int($0) } ?? 0, .update, to: "products")
  }

  /// Categories come, move and go.
  mutating func changeCategory() throws(PostgresError) {
    if emptyCategories.count > 5 {
      let category = emptyCategories.removeFirst()
      try run(.delete, "categories", "DELETE FROM shop.categories WHERE category_id = $1", [category])
    } else if random.chance(percent: 50) {
      let added = try run(
        .insert, "categories",
        """
        INSERT INTO shop.categories (parent_id, name, path)
        SELECT category_id, 'New in ' || name, path || ('New in ' || name) FROM shop.categories WHERE category_id = $1
        RETURNING category_id
        """, [String(random.number(1...8))])
      if let id = added[0, 0] { emptyCategories.append(id) }
    } else {
      try run(
        .update, "categories", "UPDATE shop.categories SET position = position % 100 + 1 WHERE category_id = $1",
        [String(random.number(1...ShopSeed.categories))])
    }
  }
}
