import AIWorker
import Cryptography
import Foundation
import Testing
import WorkerAPI

/// What single sentences, boxes and lists of letters decide.
@Suite(.serialized) struct LetterSentenceTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Letters")

  /// `AID direction begin end`, a line for each decision; `-` where there is no day.
  private func decided(_ worker: LiveWorker, _ lines: [String]) async throws -> [String] {
    let letter = LetterPDF.letter(
      ["MDPH du Val", "Val, le 20 juin 2025", "Objet : décision de la CDAPH", ""] + lines)
    let reply = try await worker.post(
      WorkerRoutes.analyzePath,
      #"{"filename":"a","content_type":"application/pdf","consent":false,"#
        + #""content_base64":"\#(Base64.encode(letter))"}"#)
    #expect(reply.status == 200, "\(reply.text)")
    return try WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body).analysis.decisions.map {
      "\($0.aide) \($0.sens.rawValue) \($0.debut ?? "-") \($0.fin ?? "-")"
    }
  }

  /// A line of a page holds about ninety letters.
  private static func wrapped(_ sentence: String) -> [String] {
    sentence.split(separator: " ").reduce(into: [""]) { lines, word in
      let last = lines[lines.count - 1]
      if last.count + word.count > 88 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] = last.isEmpty ? String(word) : last + " " + word
      }
    }
  }

  /// Eighty ways to say yes and no, as `Tests/Letters/sentences.txt` has them.
  @Test func readsWhatSentencesDecide() async throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("sentences.txt"), encoding: .utf8)
    let lines = text.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
    #expect(lines.count >= 80)
    try await LiveWorker.with { worker in
      for line in lines {
        let expected = line.dropFirst().map { decision in
          decision.split(separator: " ").count == 4 ? decision : decision + " - -"
        }
        let found = try await decided(worker, Self.wrapped(line[0]))
        #expect(found == expected, "\(line[0])")
      }
    }
  }

  @Test func aFormSaysWhatIsTicked() async throws {
    try await LiveWorker.with { worker in
      let found = try await decided(
        worker,
        [
          "1. Allocation d'éducation de l'enfant handicapé", "[x] Accord [ ] Rejet [ ] Sursis",
          "À partir du : 01/12/2025", "2. Complément AEEH", "[x] Accord [ ] Rejet [ ] Sursis",
          "Catégorie : [ ] 1 [ ] 2 [ ] 3 [x] 4 [ ] 5 [ ] 6", "À partir du : 01/12/2025",
          "Fin : 30/11/2028", "3. Orientation en ULIS", "[ ] Accord [X] Rejet [ ] Sursis",
          "4. AESH individuel", "[ ] Accord [ ] Rejet [x] Sans objet",
        ])
      #expect(
        found == [
          "AEEH accord 2025-12-01 -", "AEEH-C4 accord 2025-12-01 2028-11-30", "ULIS rejet - -",
          "AESH-IND information - -",
        ])
    }
  }

  @Test func aListIsDecidedByWhatStandsAboveIt() async throws {
    try await LiveWorker.with { worker in
      let found = try await decided(
        worker,
        [
          "La commission vous accorde :", "- l'AEEH du 1er mai 2026 au 30 avril 2029 ;",
          "- le complément de 2e catégorie, pour la même durée ;",
          "- l'aide humaine mutualisée jusqu'au 31 août 2028.", "Elle vous refuse :",
          "- l'orientation en IME ;", "- le matériel pédagogique adapté.",
        ])
      #expect(
        found == [
          "AEEH accord 2026-05-01 2029-04-30", "AEEH-C2 accord 2026-05-01 2029-04-30",
          "AESH-MUT accord - 2028-08-31", "IME rejet - -", "MPA rejet - -",
        ])
    }
  }

  @Test func aPeriodMayStandInTheSentenceAfter() async throws {
    try await LiveWorker.with { worker in
      let found = try await decided(
        worker,
        [
          "Vous avez demandé la RQTH.", "La réponse est OUI.", "La RQTH commence le 13 mai 2025.",
          "Elle finit le 12 mai 2030.", "L'AEEH de base est renouvelée.",
          "Le droit antérieur prenait fin le 31 juillet 2026 ; le nouveau court du 1er août 2026",
          "au 31 juillet 2028.",
        ])
      #expect(
        found == [
          "RQTH accord 2025-05-13 2030-05-12", "AEEH accord 2026-08-01 2028-07-31",
        ])
    }
  }
}
