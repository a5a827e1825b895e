import Gateway
import ServiceHost

do {
  let settings = try GatewaySettings(environment: ProcessEnvironment.read())
  try await GatewayProcess(settings: settings).run()
} catch {
  ProcessExit.fail("phoenix-gateway", error)
}
