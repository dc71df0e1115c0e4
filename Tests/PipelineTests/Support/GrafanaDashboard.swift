import Foundation
import PostgresClusters

/// The dashboard of `docker/`, as far as it asks Prometheus.
struct GrafanaDashboard {
  /// A query of a panel.
  struct Query {
    var panel: String
    /// With the dashboard's variables put in: everything, the last hour.
    var expression: String
  }

  let titles: [String]
  let queries: [Query]

  /// Reads the file.
  init() throws {
    let file = PrometheusServer.dockerFolder.appendingPathComponent("grafana/dashboards/pgsyncd.json")
    guard let dashboard = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any],
      let panels = dashboard["panels"] as? [[String: Any]]
    else { throw ClusterError("the dashboard has no panels") }
    titles = panels.compactMap { $0["title"] as? String }
    queries = panels.flatMap { panel in
      (panel["targets"] as? [[String: Any]] ?? []).map { target in
        let expression = (target["expr"] as? String ?? "").replacing("$namespace", with: ".*")
          .replacing("$deployment", with: ".*").replacing("$__rate_interval", with: "1m")
          .replacing("$__range", with: "1h")
        return Query(panel: panel["title"] as? String ?? "", expression: expression)
      }
    }
  }
}
