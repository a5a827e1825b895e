import AIWorker
import Cryptography
import Foundation
import Testing
import WorkerAPI

/// Letters as different houses word them: the same facts in other words, places and shapes.
@Suite(.serialized) struct LetterWordingTests {
  private func analyze(_ document: [UInt8]) async throws -> LetterAnalysis {
    var analysis: LetterAnalysis?
    try await LiveWorker.with { worker in
      let reply = try await worker.post(
        WorkerRoutes.analyzePath,
        #"{"filename":"a","content_type":"application/pdf","consent":false,"#
          + #""content_base64":"\#(Base64.encode(document))"}"#)
      #expect(reply.status == 200, "\(reply.text)")
      analysis = try WorkerJSON.decode(AnalyzeAnswer.self, from: reply.body).analysis
    }
    return try #require(analysis)
  }

  private func said(_ decisions: [LetterAnalysis.Decision]) -> [String] {
    decisions.map { decision in
      [decision.aide, decision.sens.rawValue, decision.debut, decision.fin].compactMap { $0 }
        .joined(separator: " ")
    }
  }

  // MARK: Decisions

  @Test(arguments: [
    // Refused without a word for refusing.
    (
      ["La commission n'a pas réservé une suite favorable à votre demande d'AAH."], ["AAH rejet"]
    ),
    (
      [
        "Vous ne remplissez pas les conditions d'attribution de la RQTH : votre emploi a été",
        "reconnu compatible avec votre état.",
      ], ["RQTH rejet"]
    ),
    (
      ["Nous ne pouvons donner suite à votre demande de prestation de compensation."],
      ["PCH-HUMAINE rejet"]
    ),
    (["La commission maintient sa décision de rejet concernant l'AEEH."], ["AEEH rejet"]),
    (["Le bénéfice de l'AAH vous est refusé."], ["AAH rejet"]),
    // Granted in other words, with all ways to name a period.
    (
      [
        "La commission vous reconnaît le bénéfice de la RQTH entre le 1er mars 2026 et le",
        "28/02/2031.",
      ],
      ["RQTH accord 2026-03-01 2031-02-28"]
    ),
    (
      [
        "L'orientation en IME vous est renouvelée à effet du 10 juin 2026, échéance au 9 juin 2028."
      ],
      ["IME accord 2026-06-10 2028-06-09"]
    ),
    (
      ["Il est fait droit à votre demande d'AAH (validité : 01.04.2026 – 31.03.2028)."],
      ["AAH accord 2026-04-01 2028-03-31"]
    ),
    (
      [
        "Votre demande d'AEEH est acceptée ; ce droit est ouvert à partir du 1er mai 2026 et",
        "prendra fin le 30 avril 2029.",
      ], ["AEEH accord 2026-05-01 2029-04-30"]
    ),
    (["L'AAH ne vous est plus versée depuis le 1er mars 2026."], ["AAH information 2026-03-01"]),
    // Put off, and what is said after why decides nothing.
    (["L'examen de votre demande de RQTH est ajourné à une prochaine séance."], ["RQTH sursis"]),
    (["La commission a reporté sa décision sur l'orientation en ULIS."], ["ULIS sursis"]),
    (
      ["Votre demande d'AJPP est rejetée car vous percevez déjà un complément d'AEEH."],
      ["AJPP rejet"]
    ),
    // One grant for all that follows.
    (
      [
        "La prestation de compensation vous est versée du 1er mai 2026 au 30 avril 2031.", "",
        "– Aide humaine : 90 h par mois", "", "– Surcoûts de transport : 100,00 € par mois",
      ],
      [
        "PCH-HUMAINE accord 2026-05-01 2031-04-30",
        "PCH-VEHICULE-TRANSPORT accord 2026-05-01 2031-04-30",
      ]
    ),
    // Two verdicts that follow each other stay apart.
    (
      [
        "La PCH au titre de l'aide humaine vous est accordée à partir du 1er août 2025. En",
        "revanche, le bénéfice de l'AAH vous est refusé. Accord pour la RQTH, valable du",
        "01/09/2025 au 31/08/2030.",
      ],
      [
        "PCH-HUMAINE accord 2025-08-01", "AAH rejet", "RQTH accord 2025-09-01 2030-08-31",
      ]
    ),
  ]) func readsOtherWords(_ lines: [String], _ expected: [String]) async throws {
    let letter = LetterPDF.letter(
      ["MDPH du Val", "Val, le 20 juin 2026", "Objet : décision de la CDAPH", ""] + lines)
    let analysis = try await analyze(letter)
    #expect(said(analysis.decisions) == expected)
    #expect(analysis.dates.first { $0.date == "2026-06-20" }?.role == "courrier")
  }

  @Test(arguments: [
    ["Vous avez demandé le bénéfice de l'AAH le 3 mars 2026.", "Votre dossier est à l'étude."],
    [
      "L'équipe pluridisciplinaire vous propose un plan personnalisé de compensation :",
      "Option 1 : AEEH et complément. Option 2 : AEEH et PCH aide humaine.",
    ],
    [
      "Objet : renouvellement de vos droits", "Votre AAH prend fin le 31 août 2026.",
      "Nous vous invitons à demander le renouvellement d'ici le 28 février 2026.",
    ],
    ["Si vous n'êtes pas d'accord avec une décision sur l'AAH, vous avez deux mois."],
  ]) func lettersThatDecideNothing(_ lines: [String]) async throws {
    let analysis = try await analyze(
      LetterPDF.letter(["MDPH du Val", "Val, le 20 juin 2025", ""] + lines))
    #expect(analysis.decisions.isEmpty, "\(said(analysis.decisions))")
  }

  @Test func tablesAreReadAroundTheirVerdicts() async throws {
    // Cells of several lines, the verdict between them, another order of columns.
    let cells: [(Int, Int, String)] = [
      (60, 790, "MDPH du Val"), (60, 770, "Val, le 20 juin 2026"),
      (60, 740, "Avis"), (160, 740, "Demande"), (360, 740, "Date d'effet"), (460, 740, "Échéance"),
      (60, 714, "ACCORD"), (160, 720, "PCH élément 2 : aide"), (160, 708, "technique"),
      (360, 714, "30 déc. 2023"), (460, 714, "29/12/2027"),
      (60, 684, "REJET"), (160, 690, "Allocation aux adultes"), (160, 678, "handicapés (AAH)"),
      (60, 654, "SURSIS"), (160, 654, "PCH élément 3 logement"),
    ]
    let analysis = try await analyze(
      LetterPDF.document(
        pages: [cells.map { LetterPDF.Text(x: $0.0, y: $0.1, text: $0.2) }]))
    #expect(
      Set(said(analysis.decisions)) == [
        "PCH-TECHNIQUE accord 2023-12-30 2027-12-29", "AAH rejet", "PCH-LOGEMENT sursis",
      ])
  }

  @Test(arguments: [
    (">= 50 % et < 80 %", "50-79"), ("entre 50 et 79 %", "50-79"), ("inférieur à 50 %", "<50"),
    ("supérieur ou égal à 80 %", ">=80"), ("75 %", "50-79"), ("85 pour cent", ">=80"),
  ]) func readsRates(_ words: String, _ expected: String) async throws {
    let analysis = try await analyze(
      LetterPDF.letter([
        "MDPH du Val", "Val, le 20 juin 2026", "", "Taux d'incapacité : \(words).",
        "La CDAPH vous attribue l'AEEH.",
      ]))
    #expect(analysis.decisions.map(\.taux) == [expected])
  }

  // MARK: Numbers

  @Test(arguments: [
    (["Dossier suivi sous le n° 296529"], ["296529"]), (["N° MDPH : 266156"], ["266156"]),
    (["N/Réf. : DGAS/BH/5721"], ["DGAS/BH/5721"]), (["N° alloc. : 5662913 A"], ["5662913"]),
    (["Numéro individu\t: 853443"], ["853443"]),
    (["Votre numéro de dossier", "JK42243"], ["JK42243"]),
    (["Affaire suivie sous le n° DSDEN/EI/2024-819"], ["DSDEN/EI/2024-819"]),
    (["Recours n°\tDossier n°", "R5851/26\tFT52918"], ["R5851/26", "FT52918"]),
    (["Dossier Anah n° 59-2025-MPA-4588"], ["59-2025-MPA-4588"]),
    // None of an organisation's.
    (["N° de sécurité sociale : 2 84 06 94 137 552 51"], []), (["Tél. : 02 61 91 40 17"], []),
    (["Cerfa n° 15692*01, articles L. 241-6 et R. 241-31"], []), (["SIRET 130 005 481 00019"], []),
    (["Dossier n°\t98195 Roseaux"], []),
  ]) func findsNumbersByTheirLabels(_ lines: [String], _ expected: [String]) async throws {
    let analysis = try await analyze(
      LetterPDF.letter(["MDPH du Val", "Val, le 20 juin 2026", ""] + lines))
    #expect(analysis.references.map(\.value) == expected)
  }

  // MARK: What to do

  @Test(arguments: [
    (
      [
        "CAF du Val", "Le paiement de l'AAH est suspendu à compter du 01/10/2025.",
        "Envoyez les pièces manquantes avant le 24/10/2025.",
      ], ["fournir-pieces", "contester-cra"]
    ),
    (
      [
        "Conseil départemental du Val",
        "Nous ne pouvons donner une suite favorable à votre demande",
        "de transport scolaire adapté.",
      ], ["contester-rapo-departement"]
    ),
    (
      [
        "MDPH du Val", "Objet : renouvellement de vos droits", "Nous vous invitons à demander le",
        "renouvellement de la RQTH d'ici le 28 février 2026.",
      ], ["renouveler"]
    ),
    (
      ["Académie de Valmont", "Un AESH interviendra à partir du 16/08/2025."],
      ["contacter-enseignant-referent"]
    ),
  ]) func saysToWhomToTurn(_ lines: [String], _ expected: [String]) async throws {
    var lines = lines
    lines.insert("Val, le 20 juin 2025", at: 1)
    let analysis = try await analyze(LetterPDF.letter(lines))
    #expect(analysis.suggestions.map(\.code) == expected)
  }
}
