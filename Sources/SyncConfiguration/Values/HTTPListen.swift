/// Where metrics, health and the status page are served.
public enum HTTPListen: Hashable, Sendable {
  /// Nowhere.
  case off
  /// `HOST:PORT`.
  case address(String)

  /// What holds when nothing is said.
  public static let defaultAddress = "127.0.0.1:9187"
}
