import Glibc
import NIOCore
import NIOPosix

/// One load run from first probe to verdict: the front door of the load tester.
///
/// The tester decides whether the product keeps its promises, so it shares no code with what it
/// measures and leans on nothing but event loops:
/// - Requests start when a schedule says so, never when an answer makes room (open loop); latency
///   counts from that intended start, so a stall is seen by everyone who would have met it.
/// - Results are instants; durations are derived once, by ``OperationTally``.
/// - Every request ends in exactly one tally, with a status or a named failure. Nothing is tried
///   twice and nothing dropped: who cannot be sent is counted as `queue_full` or `queue_timeout`.
/// - With witnesses the counts of gateway, log, workers and simulator are compared with ours.
///
/// ```swift
/// let scenario = try ScenarioReader.read(file: "loadtest/scenarios/smoke.yaml")
/// let result = try await LoadRun(scenario).execute()
/// let verdict = Verdict(result)  // .exitCode, .failures
/// ```
///
/// A run is bounded: by its duration, each request by the timeout, connections and waiting
/// requests by number. One event loop carries some tens of thousands of requests a second; more
/// loops share the schedule, the users and the connections out between them.
package struct LoadRun: Sendable {
  /// Told once a second how it goes.
  package typealias ProgressListener = @Sendable (Progress) -> Void

  private static let signUpsAtOnce = 8
  private static let signUpSecondsMax = 300.0
  /// So long may nothing answer before the target counts as lost.
  private static let lostSeconds = 10
  private static let tick = Duration.milliseconds(50)

  private let scenario: Scenario
  private let witnesses: Witnesses
  private let stop: StopSignal
  private let patience: Duration
  private let onProgress: ProgressListener?

  /// - Parameters:
  ///   - witnesses: who is asked for counts before and after, as `http://host:port`.
  ///   - patience: how long witnesses that disagree may take to count what is still on its way.
  ///   - stop: ends the run early.
  package init(
    _ scenario: Scenario, witnesses: Witnesses = Witnesses(), patience: Duration = .seconds(3),
    stop: StopSignal = StopSignal(),
    onProgress: ProgressListener? = nil
  ) {
    self.scenario = scenario
    self.witnesses = witnesses
    self.patience = patience
    self.stop = stop
    self.onProgress = onProgress
  }

  /// Runs it. Throws ``LoadRunError`` where it cannot even begin.
  package func execute() async throws -> RunResult {
    Self.raiseDescriptorLimit()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: scenario.eventLoops)
    let outcome: Result<RunResult, any Error>
    do { outcome = .success(try await execute(on: group)) } catch { outcome = .failure(error) }
    try await group.shutdownGracefully()
    return try outcome.get()
  }

  private func execute(on group: MultiThreadedEventLoopGroup) async throws -> RunResult {
    try await SingleRequest.probe(scenario.base, on: group)
    let panel = try WitnessPanel(witnesses, on: group)
    let before = try await panel?.evidence()
    let operations = scenario.operations + [scenario.entrance]
    let loops = try await drivers(operations, on: group)
    let startedAt = Self.wallClock()
    let outcome: Result<RunResult, any Error>
    do {
      try await signUp(loops)
      let watched = try await watch(loops, panel)
      outcome = .success(
        try await result(watched, operations, loops, startedAt, panel, before, on: group))
    } catch { outcome = .failure(error) }
    for loop in loops { try await loop.ask { $0.close() } }
    return try outcome.get()
  }

  private func drivers(
    _ operations: [Operation], on group: MultiThreadedEventLoopGroup
  ) async throws -> [DriverReference] {
    let target = try SingleRequest.resolve(scenario.base)
    let digits = String(UInt32.random(in: 0 ... .max), radix: 16)
    let run = String(repeating: "0", count: 8 - digits.count) + digits
    var waitingMax = 100_000
    if let (profile, _) = scenario.openProfile {
      waitingMax = max(1_000, min(1_000_000, Int(profile.peak * scenario.timeout.inSeconds)))
    }
    var loops: [DriverReference] = []
    for (index, eventLoop) in group.makeIterator().enumerated() {
      let plan = LoopPlan(
        scenario: scenario, operations: operations, target: target, loop: index,
        loops: scenario.eventLoops, runID: run, waitingMax: waitingMax)
      loops.append(try await DriverReference.make(plan, on: eventLoop))
    }
    return loops
  }

  // MARK: Users

  private func signUp(_ loops: [DriverReference]) async throws {
    guard scenario.users > 0 else { return }
    let atOnce = max(1, Self.signUpsAtOnce / loops.count)
    for loop in loops { try await loop.ask { $0.signUp(concurrency: atOnce) } }
    let start = Self.now()
    while true {
      try await Task.sleep(for: Self.tick)
      let statuses = try await self.statuses(loops)
      if let fault = statuses.compactMap(\.signUpFault).first {
        throw LoadRunError.signUpRefused(fault)
      }
      if statuses.allSatisfy(\.isDone) { break }
      guard !stop.isRequested else { throw CancellationError() }
      guard Self.seconds(since: start) < Self.signUpSecondsMax else {
        throw LoadRunError.signUpRefused("not done within \(Int(Self.signUpSecondsMax)) s")
      }
      onProgress?(.signingUp(statuses.reduce(0) { $0 + $1.signedUp }, of: scenario.users))
    }
    for loop in loops { _ = try await loop.ask { $0.takeInterval() } }
  }

  // MARK: The run itself

  private struct Watched {
    let ending: RunResult.Ending
    let measured: Double
    let timeline: [RunResult.Second]
    let requests: Int
    let processorSeconds: Double
    let samples: [ServerSample]
    let windows: [[Int: ServedSketch]]
  }

  private func watch(
    _ loops: [DriverReference], _ panel: WitnessPanel?
  ) async throws -> Watched {
    let processor = Self.processorSeconds()
    let start = Self.now() + 20_000_000
    for loop in loops { try await loop.ask { $0.begin(at: start) } }
    let planned = scenario.warmup.inSeconds + scenario.duration.inSeconds
    let latest = planned + scenario.timeout.inSeconds + 5
    var ending = RunResult.Ending.completed
    var stoppedAt: Double?
    var timeline: [RunResult.Second] = []
    var recent = RecentService()
    let sampler = panel?.sampler(from: start, for: planned)
    defer { sampler?.cancel() }
    var requests = 0
    var silence = 0
    var nextSecond = 1.0
    while true {
      try await Task.sleep(for: Self.tick)
      let statuses = try await self.statuses(loops)
      let elapsed = Self.now() > start ? Self.seconds(since: start) : 0
      let isDone = elapsed > 0 && statuses.allSatisfy(\.isDone)
      if elapsed >= nextSecond || isDone {
        nextSecond = elapsed.rounded(.down) + 1
        var interval = IntervalTally()
        for loop in loops { interval.add(try await loop.ask { $0.takeInterval() }) }
        requests += interval.finished
        recent.add(interval.served, at: elapsed)
        interval.served = [:]
        timeline.append(.init(at: elapsed, tally: interval))
        silence = interval.answered == 0 && interval.failed > 0 ? silence + 1 : 0
        onProgress?(
          .running(
            .init(
              elapsed: elapsed, planned: planned, warmup: scenario.warmup.inSeconds,
              interval: interval, inFlight: statuses.reduce(0) { $0 + $1.inFlight },
              wanted: scenario.openProfile?.rate)))
      }
      if isDone { break }
      if silence >= Self.lostSeconds, ending == .completed {
        ending = .targetLost
        stoppedAt = elapsed
        for loop in loops { try await loop.ask { $0.stop() } }
      }
      if stop.isRequested, ending == .completed {
        ending = .interrupted
        stoppedAt = elapsed
        for loop in loops { try await loop.ask { $0.stop() } }
      }
      let isOver = stoppedAt.map { elapsed > $0 + 5 } ?? (elapsed > latest)
      if stop.isUrgent || isOver { for loop in loops { try await loop.ask { $0.cut() } } }
    }
    let measured = min(planned, stoppedAt ?? planned) - scenario.warmup.inSeconds
    sampler?.cancel()
    let samples = await sampler?.value ?? []
    return Watched(
      ending: ending, measured: max(0, measured), timeline: timeline, requests: requests,
      processorSeconds: Self.processorSeconds() - processor, samples: samples,
      windows: recent.windows)
  }

  private func statuses(_ loops: [DriverReference]) async throws -> [LoopStatus] {
    var statuses: [LoopStatus] = []
    for loop in loops { statuses.append(try await loop.ask { $0.status }) }
    return statuses
  }

  // MARK: Results

  private func result(
    _ watched: Watched, _ operations: [Operation], _ loops: [DriverReference],
    _ startedAt: Double, _ panel: WitnessPanel?, _ before: Evidence?, on group: any EventLoopGroup
  ) async throws -> RunResult {
    var tally = LoopTally(operations: operations.count)
    for loop in loops { tally.add(try await loop.ask { $0.result }) }
    var reconciliation: Reconciliation?
    if let panel, let before {
      let account = Auditor.Account(
        operations: operations, tally: tally, windows: watched.windows)
      reconciliation = try await reconcile(account, before, panel)
    }
    var overhead: Overhead?
    if scenario.overheadPairs > 0, watched.ending == .completed, let panel,
      let worker = witnesses.workers.first
    {
      overhead = try await OverheadRun(scenario, worker: worker, on: group).execute {
        try await panel.gateway()
      }
    }
    return RunResult(
      scenario: scenario, operations: operations, tally: tally, measured: watched.measured,
      ending: watched.ending, timeline: watched.timeline,
      processorSeconds: watched.processorSeconds, requests: watched.requests,
      reconciliation: reconciliation, samples: watched.samples, overhead: overhead,
      startedAt: startedAt)
  }

  /// Compares counts; a witness may count a moment after we see the last byte, so a mismatch is
  /// believed only when it stays.
  private func reconcile(
    _ account: Auditor.Account, _ before: Evidence, _ panel: WitnessPanel
  ) async throws -> Reconciliation {
    let start = Self.now()
    while true {
      let after = try await panel.evidence()
      let reconciliation = Auditor.compare(account, before: before, after: after)
      if reconciliation.holds || Self.seconds(since: start) > patience.inSeconds {
        return reconciliation
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  // MARK: The machine

  private static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

  private static func seconds(since instant: UInt64) -> Double {
    Double(now() - instant) / 1e9
  }

  /// Seconds since 1970.
  private static func wallClock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// CPU seconds that this process has used, in user and kernel mode.
  private static func processorSeconds() -> Double {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// A socket is a descriptor, and the usual soft limit of 1,024 is no limit of the machine's.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
