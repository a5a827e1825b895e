import Postgres
import Telemetry

/// What the gateway tells of one chat hit, in the order it tells it.
func tellChatHit(
  _ telemetry: GatewayTelemetry, _ now: UInt64, method: String = "POST",
  route: String = "/api/chat/message"
) {
  let worker = "http://127.0.0.1:8000"
  let trace = TraceContext(traceparent: nil)
  telemetry.observe(.requestBegan)
  telemetry.observe(.workerInFlightChanged(worker: worker, count: 1))
  for _ in 0..<2 {
    telemetry.observe(.postgres(.poolWaited(duration: .microseconds(3))))
    telemetry.observe(.postgres(.poolChanged(idle: 3, inUse: 1, waiting: 0)))
    telemetry.observe(.postgres(.queryFinished(duration: .microseconds(900), outcome: .succeeded)))
    telemetry.observe(.postgres(.poolChanged(idle: 4, inUse: 0, waiting: 0)))
  }
  telemetry.observe(.aiAttemptFinished(worker: worker, outcome: .ok, seconds: 0.001))
  telemetry.observe(.workerInFlightChanged(worker: worker, count: 0))
  telemetry.observe(
    .aiAnswered(AIAnswerRecord(cache: .hit, seconds: 0.001, model: "extractive")))
  telemetry.observe(
    .requestFinished(
      RequestRecord(
        requestID: RequestID(nowMilliseconds: now / 1_000_000), traceID: trace.traceID,
        spanID: trace.spanID, method: method, route: route,
        path: route, status: 200, durationNanoseconds: 3_000_000, bytesIn: 300,
        bytesOut: 1800, user: "0123456789abcdef", client: "127.0.0.0/24", worker: worker,
        cache: .hit, tokens: 0,
        stages: StageNanoseconds(auth: 2000, db: 2_000_000, ai: 1_000_000, render: 20_000))))
}
