-- What the source of the example begins with.
INSERT INTO customers (name, email) SELECT 'customer ' || g, g || '@example.org' FROM generate_series(1, 1000) g;
INSERT INTO orders (customer_id, total) SELECT 1 + g % 1000, g % 97 + 0.99 FROM generate_series(1, 5000) g;
