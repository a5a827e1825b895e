import Foundation
import HTTPTypes
import HummingbirdCore
import Knowledge
import ServiceHost

/// The catalogue of aids: the same for everybody, held in memory.
struct AideRoutes: Sendable {
  let catalogue: AidesCatalogue

  var routes: [Route] {
    [
      Route(
        method: .get, template: "/api/aides", access: .session, bodyBytesMax: 0, isLimited: true,
        handler: list),
      Route(
        method: .get, template: "/api/aides/:id", access: .session, bodyBytesMax: 0,
        isLimited: true, handler: show),
    ]
  }

  @Sendable private func list(_ request: GatewayRequest) async throws -> Response {
    var query = request.queryFields()
    let words = query.text("q", maxCharacters: 500)
    let decider = query.text("organisme", maxCharacters: 100)
    let audience = query.word("public", of: Aide.Audience.allCases.map(\.rawValue))
    let limit = query.int("limit", default: 50, in: 1...100)
    let offset = query.int("offset", default: 0, in: 0...10_000)
    try query.finish()
    var found = words.map { catalogue.search($0) } ?? catalogue.aides
    if let decider { found = found.filter { Self.isNamed($0.decider, decider) } }
    if let audience = audience.flatMap(Aide.Audience.init), audience != .everyone {
      // What is for everybody is for each of them too.
      found = found.filter { $0.audience == audience || $0.audience == .everyone }
    }
    var json = JSONText()
    json.object {
      $0.array("aides", found.dropFirst(offset).prefix(limit)) { aide, json in
        json.object { Self.write(aide, into: &$0) }
      }
      $0.member("total", found.count)
    }
    return .json(json)
  }

  @Sendable private func show(_ request: GatewayRequest) async throws -> Response {
    guard let code = request.parameters["id"]?.removingPercentEncoding,
      let aide = catalogue.aide(code)
    else { throw Problem.notFound }
    var json = JSONText()
    json.object {
      Self.write(aide, into: &$0)
      $0.array("conditions", aide.conditions) { $1.string($0) }
      $0.member("duree", aide.duration)
      $0.member("demarche", aide.procedure)
      $0.member("cerfa", aide.form)
      $0.member("recours", aide.appeal)
      $0.member("cumul", aide.combination)
      $0.array("sources", aide.sources) { source, json in
        json.object {
          $0.member("nom", source.name)
          $0.member("reference", source.reference)
          $0.member("url", source.url)
        }
      }
    }
    return .json(json)
  }

  /// Whether an office's name holds what was asked, without regard to case and accents.
  private static func isNamed(_ name: String, _ asked: String) -> Bool {
    FrenchText.cacheNormalised(name).contains(FrenchText.cacheNormalised(asked))
  }

  /// The members of the contract's list.
  static func write(_ aide: Aide, into json: inout JSONText) {
    json.member("id", aide.id)
    json.member("nom", aide.name)
    json.member("sigle", aide.acronym)
    json.member("public", aide.audience.rawValue)
    json.member("organisme", aide.decider)
    json.member("payeur", aide.payer)
    json.member("resume", aide.summary)
    if let amount = aide.amount {
      json.object("montant") {
        $0.member("value", json: amount.decimal)
        $0.member("currency", "EUR")
        $0.member("periodicite", amount.period)
        $0.member("valable_depuis", amount.validFrom)
        $0.member("statut", amount.status.rawValue)
      }
    } else {
      json.member("montant", nil as String?)
    }
    json.member("document", aide.document)
    json.member("url", aide.url)
  }
}

extension Aide.Amount {
  /// Euros as a JSON number, exact: `1041.59`.
  fileprivate var decimal: String {
    let rest = cents % 100
    return "\(cents / 100)" + (rest == 0 ? "" : rest < 10 ? ".0\(rest)" : ".\(rest)")
  }
}
