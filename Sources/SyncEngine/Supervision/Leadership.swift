import LibPQ
import PostgresTypes

/// Takes the lead of a pipeline on the session that applies its changes, waiting as a standby while another process has it.
struct Leadership {
  /// A waiting statement looks around this often.
  private static let patience = "2s"

  let context: PipelineContext

  /// Waits for the lead.
  ///
  /// - Returns: false if the service was asked to end meanwhile.
  func acquire(_ connection: PostgresConnection) throws(SyncError) -> Bool {
    do throws(PostgresError) {
      let arguments = LeadershipLock(pipeline: context.options.pipeline).sqlArguments
      if try connection.query("SELECT pg_try_advisory_lock(\(arguments))")[0, 0] == "t" {
        context.observation.update { $0.role = .leader }
        return true
      }
      context.observation.update { $0.role = .standby }
      context.tell(.leadership(isLeader: false))
      try connection.execute("SET lock_timeout = '\(Self.patience)'")
      while !context.isStopping {
        context.observation.update { $0.targetHeardAt = .now }
        do throws(PostgresError) {
          // Waiting on the server shows in pg_locks, which is how a status counts the standbys.
          try connection.query("SELECT pg_advisory_lock(\(arguments))")
          try connection.execute("SET lock_timeout = '10s'")
          context.observation.update { $0.role = .leader }
          context.tell(.leadership(isLeader: true))
          return true
        } catch {
          guard error.sqlState == .lockNotAvailable else { throw error }
        }
      }
      return false
    } catch {
      throw .postgres(error, during: "waiting for the lead of pipeline \(context.options.pipeline)")
    }
  }
}
