import PostgresTypes

extension SQLState {
  /// `sqlclient_unable_to_establish_sqlconnection`: no connection came about.
  public static let unableToConnect = SQLState(rawValue: "08001")
  /// `connection_failure`: an open connection broke.
  public static let connectionFailure = SQLState(rawValue: "08006")
}
