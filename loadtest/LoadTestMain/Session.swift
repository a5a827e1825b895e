import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import LoadTest

/// One run of the program: progress while it goes, the report at its end, the exit code.
struct Session {
  let scenario: Scenario
  var witnesses = Witnesses()
  var baseline: String?
  let out: String?
  let isQuiet: Bool

  /// Throws the exit code where it is not 0.
  func run() async throws {
    let stop = StopSignal()
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { stop.request() }
      source.activate()
      return source
    }
    defer { for source in sources { source.cancel() } }
    let isLive = !isQuiet && Terminal.isTerminal(.error)
    let earlier = try readBaseline()
    let screen = LiveScreen(title: "\(scenario.name) against \(scenario.base)")
    let result: RunResult
    do {
      result = try await LoadRun(scenario, witnesses: witnesses, stop: stop) { progress in
        if isLive { screen.show(progress) }
      }.execute()
    } catch is CancellationError {
      screen.clear()
      throw fail("stopped before the run began", .unreachable)
    } catch let error as LoadRunError {
      screen.clear()
      throw fail("\(error)", .unreachable)
    }
    screen.clear()
    let verdict = Verdict(result)
    if let out { try write(Summary(result, verdict), result, earlier, into: out) }
    if isQuiet {
      for failure in verdict.failures { Terminal.write(failure + "\n", to: .error) }
    } else {
      Terminal.write(TextReport(result, verdict).description, to: .output)
    }
    if verdict.exitCode != .held { throw ArgumentParser.ExitCode(verdict.exitCode.rawValue) }
  }

  private func fail(_ message: String, _ code: LoadTest.ExitCode) -> ArgumentParser.ExitCode {
    Terminal.write("phoenix-loadtest: \(message)\n", to: .error)
    return ArgumentParser.ExitCode(code.rawValue)
  }

  /// Before the run, so that a wrong name does not cost one.
  private func readBaseline() throws -> Summary? {
    guard let baseline else { return nil }
    do {
      return try Summary(json: Data(contentsOf: URL(filePath: baseline)))
    } catch { throw fail("\(baseline) is no summary.json of a run", .badScenario) }
  }

  private func write(
    _ summary: Summary, _ result: RunResult, _ earlier: Summary?, into folder: String
  ) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let place = URL(filePath: folder)
      try summary.json().write(to: place.appending(path: "summary.json"), options: .atomic)
      let texts = [
        ("junit.xml", JUnitReport(summary).text),
        ("report.html", HTMLReport(summary, result, baseline: earlier).text),
      ]
      for (name, text) in texts {
        try Data(text.utf8).write(to: place.appending(path: name), options: .atomic)
      }
    } catch { throw fail("cannot write into \(folder): \(error)", .badScenario) }
  }
}
