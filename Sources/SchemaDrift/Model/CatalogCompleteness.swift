/// How much of a table is known.
public enum CatalogCompleteness: String, Hashable, Sendable, Codable {
  /// Everything: it was read from the catalog.
  case catalog
  /// Only what RELATION says, and what could be borrowed for columns that did not change: NOT NULL, defaults,
  /// attribute numbers, keys may be unknown.
  case wire
}
