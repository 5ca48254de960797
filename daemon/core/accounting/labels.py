"""The words on an invoice, in the languages of our customers: English, German, French, Spanish, Italian, Portuguese,
Dutch. What an agent says to the person is English; these are for the customer's eyes.
"""

from __future__ import annotations

from collections.abc import Mapping

FALLBACK = "en"
_KEYS = (
    "invoice", "offer", "number", "date", "due", "terms", "bill_to", "tax_id", "reference", "description", "quantity",
    "unit_price", "tax", "discount", "amount", "net", "total", "including_tax", "pay_to", "thanks",
)  # fmt: skip
_WORDS: Mapping[str, str] = {
    "en": "Invoice | Offer | Number | Date | Due | Payable within {days} days | Bill to | VAT number | Your reference"
    " | Description | Quantity | Unit price | VAT | Discount | Amount | Net | Total | Prices include VAT | Pay to"
    " | Thank you for your business.",
    "de": "Rechnung | Angebot | Nummer | Datum | Fällig | Zahlbar innerhalb von {days} Tagen | Rechnung an | USt-IdNr."
    " | Ihre Referenz | Beschreibung | Menge | Einzelpreis | USt | Rabatt | Betrag | Netto | Gesamtbetrag"
    " | Preise enthalten die USt | Zahlbar an | Vielen Dank für Ihren Auftrag.",
    "fr": "Facture | Devis | Numéro | Date | Échéance | Payable sous {days} jours | Facturé à | Numéro de TVA"
    " | Votre référence | Désignation | Quantité | Prix unitaire | TVA | Remise | Montant | Total HT | Total"
    " | Prix TTC | À payer à | Merci pour votre confiance.",
    "es": "Factura | Presupuesto | Número | Fecha | Vencimiento | A pagar en {days} días | Facturar a | NIF / IVA"
    " | Su referencia | Descripción | Cantidad | Precio unitario | IVA | Descuento | Importe | Base imponible | Total"
    " | Precios con IVA incluido | Pagar a | Gracias por su confianza.",
    "it": "Fattura | Preventivo | Numero | Data | Scadenza | Da pagare entro {days} giorni | Intestata a | Partita IVA"
    " | Vostro riferimento | Descrizione | Quantità | Prezzo unitario | IVA | Sconto | Importo | Imponibile | Totale"
    " | Prezzi IVA inclusa | Pagare a | Grazie per la fiducia.",
    "pt": "Fatura | Orçamento | Número | Data | Vencimento | A pagar em {days} dias | Faturado a | NIF / IVA"
    " | A sua referência | Descrição | Quantidade | Preço unitário | IVA | Desconto | Montante | Total sem IVA | Total"
    " | Preços com IVA incluído | Pagar a | Obrigado pela sua confiança.",
    "nl": "Factuur | Offerte | Nummer | Datum | Vervaldatum | Te betalen binnen {days} dagen | Factuur aan | Btw-nummer"
    " | Uw referentie | Omschrijving | Aantal | Prijs per stuk | Btw | Korting | Bedrag | Netto | Totaal"
    " | Prijzen inclusief btw | Betalen aan | Hartelijk dank voor uw opdracht.",
}
LABELS: Mapping[str, Mapping[str, str]] = {
    code: dict(zip(_KEYS, (word.strip() for word in said.split("|")), strict=True)) for code, said in _WORDS.items()
}


def of(language: str) -> Mapping[str, str]:
    """The words of one language, English where it is not known. "terms" has a place for {days}."""
    return LABELS.get(language, LABELS[FALLBACK])
