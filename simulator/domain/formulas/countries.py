"""Countries with their codes (ISO 3166) and currencies (ISO 4217), and the states of the US.

English names are those in everyday use, as in CLDR.
"""

from functools import cache
from typing import NamedTuple


class Country(NamedTuple):
    """A country: its codes of two and of three letters, its currency, its name."""

    alpha2: str
    alpha3: str
    currency: str
    name: str


_COUNTRIES = """\
AD AND EUR Andorra
AE ARE AED United Arab Emirates
AF AFG AFN Afghanistan
AG ATG XCD Antigua & Barbuda
AI AIA XCD Anguilla
AL ALB ALL Albania
AM ARM AMD Armenia
AO AGO AOA Angola
AQ ATA - Antarctica
AR ARG ARS Argentina
AS ASM USD American Samoa
AT AUT EUR Austria
AU AUS AUD Australia
AW ABW AWG Aruba
AX ALA EUR Åland Islands
AZ AZE AZN Azerbaijan
BA BIH BAM Bosnia & Herzegovina
BB BRB BBD Barbados
BD BGD BDT Bangladesh
BE BEL EUR Belgium
BF BFA XOF Burkina Faso
BG BGR BGN Bulgaria
BH BHR BHD Bahrain
BI BDI BIF Burundi
BJ BEN XOF Benin
BL BLM EUR St. Barthélemy
BM BMU BMD Bermuda
BN BRN BND Brunei
BO BOL BOB Bolivia
BQ BES USD Caribbean Netherlands
BR BRA BRL Brazil
BS BHS BSD Bahamas
BT BTN INR Bhutan
BV BVT NOK Bouvet Island
BW BWA BWP Botswana
BY BLR BYN Belarus
BZ BLZ BZD Belize
CA CAN CAD Canada
CC CCK AUD Cocos (Keeling) Islands
CD COD CDF Congo - Kinshasa
CF CAF XAF Central African Republic
CG COG XAF Congo - Brazzaville
CH CHE CHF Switzerland
CI CIV XOF Côte d'Ivoire
CK COK NZD Cook Islands
CL CHL CLP Chile
CM CMR XAF Cameroon
CN CHN CNY China
CO COL COP Colombia
CR CRI CRC Costa Rica
CU CUB CUP Cuba
CV CPV CVE Cape Verde
CW CUW ANG Curaçao
CX CXR AUD Christmas Island
CY CYP EUR Cyprus
CZ CZE CZK Czechia
DE DEU EUR Germany
DJ DJI DJF Djibouti
DK DNK DKK Denmark
DM DMA XCD Dominica
DO DOM DOP Dominican Republic
DZ DZA DZD Algeria
EC ECU USD Ecuador
EE EST EUR Estonia
EG EGY EGP Egypt
EH ESH MAD Western Sahara
ER ERI ERN Eritrea
ES ESP EUR Spain
ET ETH ETB Ethiopia
FI FIN EUR Finland
FJ FJI FJD Fiji
FK FLK FKP Falkland Islands
FM FSM USD Micronesia
FO FRO DKK Faroe Islands
FR FRA EUR France
GA GAB XAF Gabon
GB GBR GBP United Kingdom
GD GRD XCD Grenada
GE GEO GEL Georgia
GF GUF EUR French Guiana
GG GGY GBP Guernsey
GH GHA GHS Ghana
GI GIB GIP Gibraltar
GL GRL DKK Greenland
GM GMB GMD Gambia
GN GIN GNF Guinea
GP GLP EUR Guadeloupe
GQ GNQ XAF Equatorial Guinea
GR GRC EUR Greece
GS SGS GBP South Georgia & South Sandwich Islands
GT GTM GTQ Guatemala
GU GUM USD Guam
GW GNB XOF Guinea-Bissau
GY GUY GYD Guyana
HK HKG HKD Hong Kong
HM HMD AUD Heard Island & McDonald Islands
HN HND HNL Honduras
HR HRV EUR Croatia
HT HTI HTG Haiti
HU HUN HUF Hungary
ID IDN IDR Indonesia
IE IRL EUR Ireland
IL ISR ILS Israel
IM IMN GBP Isle of Man
IN IND INR India
IO IOT USD British Indian Ocean Territory
IQ IRQ IQD Iraq
IR IRN IRR Iran
IS ISL ISK Iceland
IT ITA EUR Italy
JE JEY GBP Jersey
JM JAM JMD Jamaica
JO JOR JOD Jordan
JP JPN JPY Japan
KE KEN KES Kenya
KG KGZ KGS Kyrgyzstan
KH KHM KHR Cambodia
KI KIR AUD Kiribati
KM COM KMF Comoros
KN KNA XCD St. Kitts & Nevis
KP PRK KPW North Korea
KR KOR KRW South Korea
KW KWT KWD Kuwait
KY CYM KYD Cayman Islands
KZ KAZ KZT Kazakhstan
LA LAO LAK Laos
LB LBN LBP Lebanon
LC LCA XCD St. Lucia
LI LIE CHF Liechtenstein
LK LKA LKR Sri Lanka
LR LBR LRD Liberia
LS LSO ZAR Lesotho
LT LTU EUR Lithuania
LU LUX EUR Luxembourg
LV LVA EUR Latvia
LY LBY LYD Libya
MA MAR MAD Morocco
MC MCO EUR Monaco
MD MDA MDL Moldova
ME MNE EUR Montenegro
MF MAF EUR St. Martin
MG MDG MGA Madagascar
MH MHL USD Marshall Islands
MK MKD MKD North Macedonia
ML MLI XOF Mali
MM MMR MMK Myanmar (Burma)
MN MNG MNT Mongolia
MO MAC MOP Macao
MP MNP USD Northern Mariana Islands
MQ MTQ EUR Martinique
MR MRT MRU Mauritania
MS MSR XCD Montserrat
MT MLT EUR Malta
MU MUS MUR Mauritius
MV MDV MVR Maldives
MW MWI MWK Malawi
MX MEX MXN Mexico
MY MYS MYR Malaysia
MZ MOZ MZN Mozambique
NA NAM ZAR Namibia
NC NCL XPF New Caledonia
NE NER XOF Niger
NF NFK AUD Norfolk Island
NG NGA NGN Nigeria
NI NIC NIO Nicaragua
NL NLD EUR Netherlands
NO NOR NOK Norway
NP NPL NPR Nepal
NR NRU AUD Nauru
NU NIU NZD Niue
NZ NZL NZD New Zealand
OM OMN OMR Oman
PA PAN PAB Panama
PE PER PEN Peru
PF PYF XPF French Polynesia
PG PNG PGK Papua New Guinea
PH PHL PHP Philippines
PK PAK PKR Pakistan
PL POL PLN Poland
PM SPM EUR St. Pierre & Miquelon
PN PCN NZD Pitcairn Islands
PR PRI USD Puerto Rico
PS PSE ILS Palestinian Territories
PT PRT EUR Portugal
PW PLW USD Palau
PY PRY PYG Paraguay
QA QAT QAR Qatar
RE REU EUR Réunion
RO ROU RON Romania
RS SRB RSD Serbia
RU RUS RUB Russia
RW RWA RWF Rwanda
SA SAU SAR Saudi Arabia
SB SLB SBD Solomon Islands
SC SYC SCR Seychelles
SD SDN SDG Sudan
SE SWE SEK Sweden
SG SGP SGD Singapore
SH SHN SHP St. Helena, Ascension & Tristan da Cunha
SI SVN EUR Slovenia
SJ SJM NOK Svalbard & Jan Mayen
SK SVK EUR Slovakia
SL SLE SLE Sierra Leone
SM SMR EUR San Marino
SN SEN XOF Senegal
SO SOM SOS Somalia
SR SUR SRD Suriname
SS SSD SSP South Sudan
ST STP STN São Tomé & Príncipe
SV SLV USD El Salvador
SX SXM ANG Sint Maarten
SY SYR SYP Syria
SZ SWZ SZL Eswatini
TC TCA USD Turks & Caicos Islands
TD TCD XAF Chad
TF ATF EUR French Southern and Antarctic Lands
TG TGO XOF Togo
TH THA THB Thailand
TJ TJK TJS Tajikistan
TK TKL NZD Tokelau
TL TLS USD Timor-Leste
TM TKM TMT Turkmenistan
TN TUN TND Tunisia
TO TON TOP Tonga
TR TUR TRY Türkiye
TT TTO TTD Trinidad & Tobago
TV TUV AUD Tuvalu
TW TWN TWD Taiwan
TZ TZA TZS Tanzania
UA UKR UAH Ukraine
UG UGA UGX Uganda
UM UMI USD U.S. Outlying Islands
US USA USD United States
UY URY UYU Uruguay
UZ UZB UZS Uzbekistan
VA VAT EUR Vatican City
VC VCT XCD St. Vincent & Grenadines
VE VEN VES Venezuela
VG VGB USD British Virgin Islands
VI VIR USD U.S. Virgin Islands
VN VNM VND Vietnam
VU VUT VUV Vanuatu
WF WLF XPF Wallis & Futuna
WS WSM WST Samoa
YE YEM YER Yemen
YT MYT EUR Mayotte
ZA ZAF ZAR South Africa
ZM ZMB ZMW Zambia
ZW ZWE USD Zimbabwe
"""
#: Names that are in use beside those above.
_OTHER_NAMES = {
    "united states of america": "US", "usa": "US", "great britain": "GB", "uk": "GB",
    "korea": "KR", "republic of korea": "KR", "russian federation": "RU", "czech republic": "CZ",
    "turkey": "TR", "viet nam": "VN", "bosnia and herzegovina": "BA", "ivory coast": "CI",
    "the netherlands": "NL", "burma": "MM", "swaziland": "SZ", "cape verde": "CV",
}  # fmt: skip


@cache
def _by_any_name() -> dict[str, Country]:
    found: dict[str, Country] = {}
    for line in _COUNTRIES.splitlines():
        country = Country(*line.split(" ", 3))
        for name in (country.alpha2, country.alpha3, country.name):
            found[name.lower()] = country
    found |= {name: found[code.lower()] for name, code in _OTHER_NAMES.items()}
    return found


def find_country(text: str) -> Country | None:
    """Return the country with this code or name, in any case; None if there is none."""
    name = text.strip().lower()
    return _by_any_name().get(name) or _by_any_name().get(name.replace(" and ", " & "))
