import FoundationEssentials
import NIOCore

/// Asks the witnesses of a run, as often as they are wanted.
struct WitnessPanel: Sendable {
  private let admin: TargetURL
  private let workers: [TargetURL]
  private let simulator: TargetURL?
  private let log: RequestLogReader?
  private let group: any EventLoopGroup

  /// Nil without a gateway to ask: the others are compared with it.
  init?(_ witnesses: Witnesses, on group: any EventLoopGroup) throws(LoadRunError) {
    guard let admin = witnesses.admin else { return nil }
    self.admin = admin
    workers = witnesses.workers
    simulator = witnesses.simulator
    if let path = witnesses.requestLog {
      guard let reader = RequestLogReader(path: path) else { throw .noLog(path) }
      log = reader
    } else {
      log = nil
    }
    self.group = group
  }

  /// What everybody says now. Throws where gateway or simulator does not answer; a worker may be
  /// away.
  func evidence() async throws -> Evidence {
    var said: [MetricsSnapshot?] = []
    for worker in workers { said.append(try? await metrics(worker)) }
    var counts: SimulatorCounts?
    if let simulator {
      let answer = try await get(simulator, path: "/counts")
      do {
        counts = try JSONDecoder().decode(SimulatorCounts.self, from: Data(answer))
      } catch { throw LoadRunError.noMetrics("\(simulator)", "no counts in its answer") }
    }
    // The log after the others: a line follows its count.
    let gateway = try await gateway()
    return Evidence(gateway: gateway, workers: said, simulator: counts, log: log?.lines())
  }

  /// The gateway's metrics.
  func gateway() async throws -> MetricsSnapshot { try await metrics(admin) }

  /// Samples about once a second, three hundred at most over a short run; ends when cancelled.
  func sampler(from start: UInt64, for seconds: Double) -> Task<[ServerSample], Never> {
    let pause = Duration.milliseconds(Int64(max(1, seconds / 1_000) * 1_000))
    return Task {
      var samples: [ServerSample] = []
      while !Task.isCancelled {
        let now = NIODeadline.now().uptimeNanoseconds
        if now > start, let metrics = try? await metrics(admin, names: ServerSample.names) {
          samples.append(ServerSample(at: Double(now - start) / 1e9, metrics))
        }
        do { try await Task.sleep(for: pause) } catch { break }
      }
      return samples
    }
  }

  private func metrics(
    _ url: TargetURL, names: Set<String>? = nil
  ) async throws -> MetricsSnapshot {
    let body = try await get(url, path: "/metrics")
    do {
      return MetricsSnapshot(try MetricsText(String(decoding: body, as: UTF8.self), names: names))
    } catch { throw LoadRunError.noMetrics("\(url)", "\(error)") }
  }

  private func get(_ url: TargetURL, path: String) async throws -> [UInt8] {
    let url = url.path == "/" ? try TargetURL("http://\(url.authority)\(path)") : url
    do {
      let answer = try await SingleRequest.get(url, on: group)
      guard answer.status == 200 else {
        throw LoadRunError.noMetrics("\(url)", "status \(answer.status)")
      }
      return answer.body
    } catch let error as LoadRunError {
      throw error
    } catch let error as IOError {
      throw LoadRunError.noMetrics("\(url)", FailureKind(connecting: error).explanation)
    } catch { throw LoadRunError.noMetrics("\(url)", "\(error)") }
  }
}
