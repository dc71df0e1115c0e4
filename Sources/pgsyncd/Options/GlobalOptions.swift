import ArgumentParser
import Foundation
import SyncConfiguration

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The source database: a libpq URI or key-value string.",
      discussion: "Without it: PGSYNCD_SOURCE, then 'source' in the configuration file.", valueName: "uri"))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "The target database, which also holds pgsyncd's catalog.",
      discussion: "Without it: PGSYNCD_TARGET, then 'target' in the configuration file.", valueName: "uri"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "The configuration file.", discussion: "Default: ./pgsyncd.yaml, then /etc/pgsyncd/pgsyncd.yaml, if present.",
      valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The pipeline: a-z, 0-9 and _ (default: pgsyncd).", valueName: "name"))
  var pipeline: String?

  @Option(
    help: ArgumentHelp(
      "The publication on the source (default: pgsyncd, or pgsyncd_NAME for another pipeline).", valueName: "name"))
  var publication: String?

  @Option(
    help: ArgumentHelp(
      "The replication slot on the source (default: pgsyncd, or pgsyncd_NAME for another pipeline).",
      valueName: "name"))
  var slot: String?

  @Option(help: ArgumentHelp("How much is logged to stderr (default: info).", valueName: SettingWords.logLevels))
  var logLevel: String?

  @Option(help: ArgumentHelp("The form of log lines (default: text).", valueName: SettingWords.logFormats))
  var logFormat: String?

  /// These flags as a layer of settings.
  var layer: SettingLayer {
    var layer = SettingLayer()
    layer.set(.source, source, flag: "--source")
    layer.set(.target, target, flag: "--target")
    layer.set(.pipeline, pipeline, flag: "--pipeline")
    layer.set(.publication, publication, flag: "--publication")
    layer.set(.slot, slot, flag: "--slot")
    layer.set(.logLevel, logLevel, flag: "--log-level")
    layer.set(.logFormat, logFormat, flag: "--log-format")
    return layer
  }
}
