import Gateway
import Testing

@Suite struct GatewaySurfaceTests {
  private func served() throws -> (all: [String], protected: [String]) {
    try GatewaySurface.served(
      GatewaySettings(environment: [
        "DATABASE_URL": "postgresql://gateway@127.0.0.1:1/none",
        "PHOENIX_SECRET_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
      ]))
  }

  @Test func everyRouteIsDocumentedAndTheReverse() throws {
    let routes = try served().all
    let documented = GatewaySurface.documented
    #expect(routes.count > 30)
    #expect(Set(routes).subtracting(documented) == [], "not in /openapi.json")
    #expect(Set(documented).subtracting(routes) == [], "in /openapi.json, but not served")
    #expect(Set(documented).count == documented.count && Set(routes).count == routes.count)
  }

  @Test func theDocumentSaysWhichAskForASession() throws {
    #expect(try served().protected == GatewaySurface.documentedAsProtected)
  }

  @Test func everyRouteIsCountedFromZero() throws {
    #expect(try served().all == GatewaySurface.measured)
  }
}
