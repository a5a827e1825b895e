import AIWorker
import ServiceHost

do {
  let settings = try AIWorkerSettings(environment: ProcessEnvironment.read())
  try await AIWorkerProcess(settings: settings).run()
} catch {
  ProcessExit.fail("phoenix-worker", error)
}
