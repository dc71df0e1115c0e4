/// The rows that the shop has before anything happens: the same ones in every run.
///
/// `pg_temp.pick(what, i, n)` is a number below n that depends on `what` and `i` alone.
enum ShopSeed {
  static let suppliers = 60
  static let categories = 40
  static let products = 1_500
  static let customers = 4_000
  static let orders = 6_000
  static let activities = 10_000

  /// Fills the tables of `ShopSchema`.
  static let sql = """
    BEGIN;
    CREATE FUNCTION pg_temp.pick(what text, i bigint, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
      $$ SELECT ((hashtextextended(what, i) & 9223372036854775807) % n)::integer $$;

    INSERT INTO shop.suppliers
    SELECT 'SUP-' || i, 'Supplier ' || i, (ARRAY['DE','FR','PL','IT','NL'])[1 + pg_temp.pick('country', i, 5)],
      jsonb_build_object('mail', 'sales@supplier' || i || '.example', 'lines', pg_temp.pick('lines', i, 9)),
      date '2010-01-01' + pg_temp.pick('since', i, 5000)
    FROM generate_series(1, \(suppliers)) AS i;

    INSERT INTO shop.categories (parent_id, name, path, position)
    SELECT CASE WHEN i > 8 THEN 1 + pg_temp.pick('parent', i, 8) END, 'Category ' || i,
      CASE WHEN i > 8 THEN ARRAY['Category ' || 1 + pg_temp.pick('parent', i, 8)] ELSE '{}' END || ('Category ' || i), i
    FROM generate_series(1, \(categories)) AS i;

    INSERT INTO shop.products (sku, supplier_code, category_id, title, description, price, vat_rate, size, attributes, tags)
    SELECT 'SKU-' || lpad(i::text, 6, '0'), 'SUP-' || 1 + pg_temp.pick('supplier', i, \(suppliers)),
      1 + pg_temp.pick('category', i, \(categories)), 'Product ' || i,
      (SELECT string_agg(md5('words' || i || '/' || part), ' ')
        FROM generate_series(1, CASE WHEN i % 10 = 0 THEN 200 ELSE 3 END) AS part),
      (99 + pg_temp.pick('price', i, 90000)) / 100.0, (ARRAY[0.190, 0.070, 0])[1 + pg_temp.pick('vat', i, 3)],
      CASE WHEN i % 4 > 0
        THEN ROW(10 + pg_temp.pick('l', i, 900), 10 + pg_temp.pick('w', i, 900), 10 + pg_temp.pick('h', i, 900))::shop.dimensions
      END,
      jsonb_build_object('colour', (ARRAY['red','green','blue','größenlos'])[1 + pg_temp.pick('colour', i, 4)],
        'rating', pg_temp.pick('rating', i, 50) / 10.0, 'limited', i % 17 = 0),
      ARRAY(SELECT 'tag' || pg_temp.pick('tag' || n, i, 30) FROM generate_series(1, pg_temp.pick('tags', i, 4)) AS n)
    FROM generate_series(1, \(products)) AS i;

    INSERT INTO shop.stock
    SELECT i, warehouse, 20 + pg_temp.pick(warehouse, i, 500), ARRAY[pg_temp.pick('count', i, 500), NULL]
    FROM generate_series(1, \(products)) AS i CROSS JOIN (VALUES ('north'), ('south')) AS w (warehouse);

    INSERT INTO shop.customers (email, full_name, born, newsletter, preferences, credit, created_at)
    SELECT 'customer' || i || '@mail.example', 'Customer ' || i || ' Müller-O''Neil',
      CASE WHEN i % 3 > 0 THEN date '1940-01-01' + pg_temp.pick('born', i, 25000) END, i % 2 = 0,
      jsonb_build_object('language', (ARRAY['de','fr','en'])[1 + pg_temp.pick('language', i, 3)], 'note', NULL),
      pg_temp.pick('credit', i, 100000) / 7.0, timestamptz '2024-01-01 00:00:00+00' + i * interval '97 minutes'
    FROM generate_series(1, \(customers)) AS i;

    INSERT INTO shop.addresses
    SELECT i, 'home', ARRAY['Street ' || pg_temp.pick('street', i, 300), NULLIF('Floor ' || i % 5, 'Floor 0')],
      lpad(pg_temp.pick('postcode', i, 99999)::text, 5, '0'), 'City ' || pg_temp.pick('city', i, 80)
    FROM generate_series(1, \(customers)) AS i;

    INSERT INTO shop.orders (customer_id, status, status_history, delivery_window, note, placed_at)
    SELECT 1 + pg_temp.pick('customer', i, \(customers)), 'delivered', '{placed,paid,shipped,delivered}',
      tstzrange(placed_at + interval '1 day', placed_at + interval '3 days'),
      CASE WHEN i % 5 = 0 THEN E'Leave it with the neighbour,\\n"second" door\\t\\\\' END, placed_at
    FROM generate_series(1, \(orders)) AS i,
      LATERAL (SELECT timestamptz '2024-06-01 00:00:00+00' + i * interval '89 minutes') AS p (placed_at);

    INSERT INTO shop.order_items (order_id, line, product_id, quantity, unit_price)
    SELECT i, line, 1 + pg_temp.pick('product' || line, i, \(products)), 1 + pg_temp.pick('quantity', i, 4),
      (99 + pg_temp.pick('unit', i, 90000)) / 100.0
    FROM generate_series(1, \(orders)) AS i CROSS JOIN LATERAL generate_series(1, 1 + pg_temp.pick('items', i, 3)) AS line;

    INSERT INTO shop.payments
    SELECT md5('payment' || i)::uuid, i,
      (ARRAY['card','transfer','invoice','voucher'])[1 + pg_temp.pick('method', i, 4)]::shop.payment_method,
      pg_temp.pick('amount', i, 90000) / 100.0, decode(md5('receipt' || i), 'hex'),
      timestamp '2024-06-01 00:00:00' + i * interval '89 minutes'
    FROM generate_series(1, \(orders)) AS i;

    INSERT INTO shop.activity (happened_on, customer_id, kind, detail, client, took)
    SELECT date '2025-01-01' + pg_temp.pick('day', i, 700), 1 + pg_temp.pick('visitor', i, \(customers)),
      (ARRAY['visit','search','basket'])[1 + pg_temp.pick('kind', i, 3)],
      jsonb_build_object('page', pg_temp.pick('page', i, 400)), ('10.0.' || i % 250 || '.7')::inet,
      pg_temp.pick('took', i, 90000) * interval '1 millisecond'
    FROM generate_series(1, \(activities)) AS i;
    COMMIT;
    """
}
