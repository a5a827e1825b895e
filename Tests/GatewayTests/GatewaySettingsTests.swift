import Foundation
import Gateway
import JSONLogging
import ServiceHost
import Testing

@Suite struct GatewaySettingsTests {
  private let secrets = [
    "PHOENIX_SECRET_KEY": Data("k3y-k3y-k3y-k3y-k3y-k3y-k3y-k3y-".utf8).base64EncodedString(),
    "PHOENIX_SECRET_KEY_PREVIOUS": Data("0ld-0ld-0ld-0ld-0ld-0ld-0ld-0ld-".utf8)
      .base64EncodedString(),
    "DATABASE_URL": "postgresql://gateway:p4ssword@127.0.0.1/phoenixcare",
    "PHOENIX_ADMIN_TOKEN": "4dmin-token", "PHOENIX_WORKER_TOKEN": "w0rker-token",
  ]

  @Test func noTextOfTheSettingsHoldsASecret() throws {
    let settings = try GatewaySettings(environment: secrets)
    #expect(settings.adminToken?.reveal() == "4dmin-token")
    #expect(settings.databaseURL.reveal().contains("p4ssword"))
    var dumped = ""
    dump(settings, to: &dumped)
    for text in [settings.description, "\(settings)", String(reflecting: settings), dumped] {
      for secret in ["p4ssword", "4dmin-token", "w0rker-token", "k3y-", "107, 51, 121", "48, 108"] {
        #expect(!text.contains(secret), "\(secret)")
      }
    }
    #expect(dumped.contains("[redacted]"))
  }

  @Test(arguments: [("off", nil), ("1", 1), ("250", 250)] as [(String, Int?)])
  func linesOfSuccessMayHaveARate(text: String, rate: Int?) throws {
    var environment = secrets
    environment["PHOENIX_LOG_SUCCESS_RATE"] = text
    #expect(try GatewaySettings(environment: environment).logSuccessRate == rate)
    #expect(try GatewaySettings(environment: secrets).logSuccessRate == nil)
  }

  @Test(arguments: ["0", "-1", "many", "1.5", "10/s"])
  func aRateThatIsNoneIsRefused(text: String) {
    var environment = secrets
    environment["PHOENIX_LOG_SUCCESS_RATE"] = text
    #expect(throws: SettingsError.self) { try GatewaySettings(environment: environment) }
  }
}
