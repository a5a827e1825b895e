/// A decision letter as a PDF of one page with a text layer, made for one user.
enum LetterPDF {
  /// - Parameter canary: printed as the file's reference.
  static func make(canary: String) -> [UInt8] {
    let lines = [
      "Maison departementale des personnes handicapees",
      "Reference du dossier : \(canary)",
      "Decision de la CDAPH du 12/03/2026",
      "Vous avez demande l'allocation aux adultes handicapes (AAH).",
      "La commission vous accorde l'AAH du 01/04/2026 au 31/03/2031.",
      "Votre taux d'incapacite est superieur ou egal a 80 %.",
      "Vous pouvez former un recours dans les deux mois qui suivent cette lettre.",
    ]
    var text = "BT /F1 11 Tf 60 780 Td 16 TL\n"
    for line in lines {
      let escaped = line.map { "()\\".contains($0) ? "\\\($0)" : String($0) }.joined()
      text += "(\(escaped)) Tj T*\n"
    }
    text += "ET"
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        + "/Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length \(text.utf8.count) >>\nstream\n\(text)\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    var file = "%PDF-1.4\n"
    var table = "0000000000 65535 f \n"
    for (index, object) in objects.enumerated() {
      let offset = String(file.utf8.count)
      table += String(repeating: "0", count: 10 - offset.count) + offset + " 00000 n \n"
      file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
    }
    let start = file.utf8.count
    file += "xref\n0 \(objects.count + 1)\n\(table)"
    file += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
    return Array(file.utf8)
  }
}
