"""Fixed texts of the report: captions, notes and method descriptions; one place for all of them."""

from __future__ import annotations

from analysis.markdown import StatusClass

LEVEL_CLASSES: dict[str, StatusClass] = {"galat": "buruk", "peringatan": "sedang", "catatan": "netral"}

TYPE_NAMES = {
    "puskesmas": "Puskesmas",
    "klinik_pratama": "Klinik pratama",
    "rs_d_pratama": "RS kelas D pratama",
    "dokter_mandiri": "Praktik mandiri dokter",
    "dokter_gigi": "Praktik mandiri dokter gigi",
}
SIMULATED_NOTE = (
    "Semua angka dalam laporan ini dibuat oleh pembangkit data simulasi dengan nama puskesmas yang sebenarnya. "
    "Angkanya bukan data BPJS Kesehatan dan tidak menggambarkan kinerja puskesmas mana pun."
)
STATE_CAPTION = "Keadaan tiga indikator KBK, {who} di {area}. Kedua periode memuat {n} {who} yang sama; nilai ialah jumlah pembilang seluruh bulan dibagi jumlah penyebutnya (RPPT: rata-rata rasio DM dan HT). Interval ialah interval selisihnya."
STATE_ALONE = " Di mana tidak ada yang sama, nilai {period} ialah nilai semua {who}."
GLOSSARY_CAPTION = "Indikator yang dinilai menurut {rule}."
TESTED = "Untuk tiap kelompok FKTP dilakukan {tests} uji antara {compare} dan {period}; nilai p disesuaikan dengan cara Holm untuk {tests} uji itu."
NOT_TESTED = "Antara {compare} dan {period} tidak ada yang dapat diuji."
READING_NOTES = """Semua angka gabungan dihitung sebagai **rasio jumlah**: seluruh pembilang dijumlahkan, lalu dibagi jumlah seluruh penyebut. Rata-rata dari rasio tidak dipakai, karena FKTP kecil akan berbobot sama dengan FKTP besar.

**Interval kepercayaan 95 persen** menunjukkan rentang nilai yang masih sejalan dengan data, mengingat keragaman antar-FKTP. Makin sedikit rujukan atau FKTP, makin lebar intervalnya. Bila intervalnya lebar, perubahan sukar disimpulkan.

Kalimat tentang perubahan mengikuti kekuatan buktinya, bukan besarnya angka semata:

- **bukti jelas**: nilai p yang disesuaikan di bawah 0,01;
- **bukti cukup**: nilai p yang disesuaikan mulai 0,01 dan di bawah 0,05;
- **belum dapat disimpulkan**: di luar itu. Ini sebuah hasil, bukan kegagalan: data belum membedakan perubahan dari naik-turun biasa.

{tested} Interval tidak disesuaikan; kesimpulan memakai nilai p yang disesuaikan, sehingga interval yang tidak memuat nol dapat menyertai “belum dapat disimpulkan”. Perbandingan dua periode tidak membuktikan sebab: bila suatu kegiatan terjadi di antaranya, hal lain dapat berubah pada waktu yang sama.

Tanda “–” berarti tidak tersedia, bukan nol. Tanda \\* pada tabel menyertai angka yang bergantung pada nilai aturan yang belum dikonfirmasi. Selisih dihitung sebelum pembulatan, sehingga dapat berbeda sedikit dari selisih dua angka yang tercetak. Target KBK berlaku bagi tiap FKTP tiap bulan; nilai gabungan dan nilai periode hanya pembanding. “FKTP lain” ialah klinik pratama, RS kelas D pratama, dan praktik mandiri dokter; praktik dokter gigi tidak dinilai. Aturan yang dipakai ialah {rule}."""
COMPLETENESS_CAPTION = (
    "Kelengkapan data menurut FKTP dan bulan, {period}. Kotak bertanda s, k, atau × perlu dilengkapi; tanda · berarti FKTP belum tercatat atau sudah tutup menurut facilities.csv. {n} bulan-FKTP belum lengkap "
    "(FKTP: {who})."
)
FEW_DRAWN_NOTE = (
    " Karena banyaknya FKTP, yang digambar hanya {shown} FKTP yang paling banyak bulan belum lengkapnya dari {total}; yang "
    "lain yang belum lengkap ada pada tabel, dan keadaan semuanya ada di data/completeness.csv."
)
COMPLETENESS_ALT = (
    "Peta kotak kelengkapan data {facilities} FKTP menurut bulan pada {period}: {full} dari {total} bulan-FKTP lengkap."
)
FINDINGS_CAPTION = (
    "Temuan saat membaca seluruh berkas, menurut jenis. Galat: angka tidak dipakai. Peringatan: angka diubah atau "
    "diragukan. Catatan: sekadar diketahui."
)
CORRECTIONS_CAPTION = (
    "Koreksi yang dinyatakan: {n} sel dibaca lain daripada yang tertulis di berkas, masing-masing dengan alasan dan "
    "penanggung jawabnya. Nilai semula cocok dengan yang disebut dalam pernyataan itu."
)
NO_CORRECTIONS = "Tidak ada koreksi yang dinyatakan: semua sel dibaca seperti tertulis di berkas."
LEDGER_NOTE = (
    "Setiap temuan, dengan tempatnya (berkas, lembar, baris, kolom), yang terbaca, yang dilakukan, dan yang dapat "
    "dilakukan, ada di berkas **data/ledger.csv** yang menyertai laporan ini; buka dengan Excel."
)
COMPLETENESS_MONTHS_CAPTION = (
    "Kelengkapan menurut bulan, kedua periode: banyaknya FKTP yang diharapkan, yang ada barisnya, yang {names}-nya dapat "
    "dihitung, dan yang lengkap."
)
INCOMPLETE_CAPTION = (
    "FKTP yang datanya belum lengkap: bulan lengkap dari bulan yang diharapkan pada kedua periode, dan indikator yang "
    "tidak dapat dihitung menurut bulannya."
)
NOTHING_INCOMPLETE = "Semua FKTP lengkap pada kedua periode."
NO_ROW = "tidak ada barisnya"
TIMELINESS_NOTE = (
    "Satu bulan-FKTP disebut **terlambat** bila tidak ada dalam kiriman pertama bulan itu, tetapi ada dalam kiriman yang "
    "menggantikannya (REVISI, atau buku kerja yang mencakup bulan-bulan sesudahnya). Bila kiriman pertama yang memuat "
    "suatu bulan sudah mencakup bulan sesudahnya, ketepatan waktunya tidak dapat dinilai. Tanggal terima tidak tertulis "
    "dalam berkas, dan tanggal berkas di komputer berubah tiap kali disalin; karena itu keduanya tidak dipakai."
)
LATE_CAPTION = "Bulan-FKTP yang terlambat pada kedua periode ({shown} dari {total})."
CHECKS_NOTE = (
    "Pemeriksaan berikut mencari pola yang tidak lazim. Pola seperti itu dapat terjadi dengan wajar; yang diperlukan ialah "
    "bertanya, bukan menyimpulkan. Makin banyak yang diperiksa, makin sering sesuatu muncul secara kebetulan: "
    "pemeriksaan berpeluang sudah disesuaikan (Holm) untuk banyaknya FKTP, yang lain memakai batas tetap. Batas dan "
    "alarm palsunya ada di halaman Mutu data pada dokumentasi."
)
CHECKS_CAPTION = (
    "Pemeriksaan atas angka sampai akhir periode. Diperiksa: banyaknya FKTP, bulan-FKTP, atau pasangan FKTP yang dinilai. "
    "Perlu dicek: hal yang menyangkut kedua periode."
)
NO_SIGNALS = "Tidak ada hal yang perlu dicek pada kedua periode."
SIGNALS_CAPTION = "Yang perlu dicek pada kedua periode ({shown} dari {total})."
MORE_SIGNALS = "{more} hal lain ada di berkas data/signals.csv yang menyertai laporan ini."
QUESTIONS_CAPTION = "Penjelasan yang wajar dan yang ditanyakan, menurut pemeriksaan."
NO_FINDINGS = "Tidak ada temuan saat membaca berkas."
PERIOD_FINDINGS_CAPTION = "Galat dan peringatan yang menyangkut kedua periode ({shown} dari {total})."
NO_FINDINGS_IN_PERIOD = "Tidak ada galat atau peringatan yang menyangkut kedua periode."
MORE_FINDINGS = "{more} temuan lain ada di berkas data/ledger.csv yang menyertai laporan ini."
FACILITIES_CAPTION = (
    "{name} tiap {who} pada {period} dan {compare}. {reached} dari {n} {who} memenuhi target {target}; dari "
    "{best} sampai {worst}.{interval}{names} Urutan menurut nilai bukan peringkat kinerja: selisih kecil dapat terjadi secara kebetulan."
)
UNNAMED_NOTE = (
    " Karena banyaknya, {who} digambar tanpa nama; nama dan angkanya ada pada tabel di atas dan di data/facility.csv."
)
INTERVAL_NOTE = " Pita biru: interval kepercayaan 95 persen."
FACILITIES_ALT = (
    "Grafik titik {name} menurut {who}: {reached} dari {n} {who} memenuhi target {target} pada {period}; "
    "nilai paling baik {best}, paling jauh dari target {worst}. Lingkaran kosong menunjukkan {compare}."
)
STEP_HEADS = {"AK": "Kekurangan kontak", "RRNS": "Kelebihan rujukan"}
TABLE_CAPTIONS = {
    "AK": (
        "Angka Kontak tiap {who} ({unit}); target {target}. Kekurangan kontak ialah kontak (peserta-bulan) yang masih "
        "diperlukan agar jumlah seluruh bulan periode mencapai target; cadangan ialah kelebihannya. Penilaian dan "
        "pembayaran KBK tetap dilakukan tiap bulan.{months}"
    ),
    "RRNS": (
        "RRNS tiap {who} ({unit}); target {target}. Kelebihan rujukan ialah rujukan non spesialistik yang melebihi "
        "batas dengan jumlah rujukan yang sama; cadangan ialah yang masih dapat terjadi tanpa melewati target. "
        "Tanda ‡: interval 95 persen masih memuat target.{months}"
    ),
    "RPPT": "RPPT tiap {who} ({unit}), rata-rata rasio DM dan HT; target {target}.{months}",
    "RPPB": "RPPB tiap {who} ({unit}); target {target}.{months}",
}
SHARE_NAMES = (
    """Menjadi memenuhi target {name}: {rose}. Tidak lagi memenuhi: {fell}. Tidak dapat dibandingkan: {excluded}."""
)
CONVENTION_NOTE = (
    "† Nilai memakai konvensi karena penyebut nol: tanpa rujukan RRNS dihitung 0 persen; bila hanya ada peserta DM "
    "atau hanya HT, rasio yang ada dipakai sendiri. Konvensi ini belum dikonfirmasi."
)
NO_ATTENTION = "Tidak ada {who} di atas target RRNS pada periode ini."
NOT_SHOWN = "tidak ditampilkan"
SMALL_NOTE = (
    "Tidak ditampilkan: jumlah orang, kontak, atau rujukan 1 sampai {last}, dan jumlah lain yang akan membukanya. "
    "Jumlah seluruhnya dihitung dari yang ditampilkan."
)
SMALL_ALL = "Jumlah kecil tidak disembunyikan (small_numbers: 0 dalam district.yml): laporan ini hanya untuk dipakai di dalam kantor."
SMALL_HIDDEN = (
    "Jumlah orang, kontak, atau rujukan 1 sampai {last} tidak ditampilkan, beserta jumlah lain yang akan membukanya: "
    "{n} jumlah FKTP dan indikator pada kedua periode. Rasionya tetap ditampilkan."
)
SMALL_NONE = "Tidak ada jumlah 1 sampai {last} yang perlu disembunyikan."
FUNNEL_SMALL = " {n} {who} dengan jumlah kecil tidak digambar."
ATTENTION_CAPTION = (
    "{n} {who} di atas target RRNS pada {period}, kelebihan terbesar lebih dahulu. Seluruhnya {total} rujukan non "
    "spesialistik melebihi batas. Tanda ‡: interval masih memuat target, sehingga kelebihan itu dapat terjadi secara kebetulan."
)
SCORE_CAPTION = (
    "Nilai KBK bulanan tiap {who}, {period}, dan persen pembayaran bulan berikutnya dalam kurung. Nilai penuh (4,0) "
    "tercapai pada {full} dari {known} bulan-{who} yang dapat dinilai. Persen ialah persen sebelum syarat penyesuaian; "
    "kapitasi periode ini memakai hasil {first} sampai {last}. Tanda – berarti tidak dinilai.{doubt}"
)
SCORE_SHARES_CAPTION = (
    "Banyaknya {who} menurut nilai KBK tiap bulan, {period}. Nilai penuh (4,0) tercapai pada {full} dari {known} "
    "bulan-{who} yang dapat dinilai. Karena banyaknya {who}, nilai dan persen pembayaran masing-masing tidak digambar; "
    "semuanya ada di data/scores.csv yang menyertai laporan ini. Kapitasi periode ini memakai hasil {first} sampai "
    "{last}.{doubt}"
)
SCORE_SHARES_ALT = (
    "Diagram batang bertumpuk: bagian dari {n} {who} menurut nilai KBK tiap bulan pada {period}; {full} dari {known} "
    "bulan-{who} bernilai 4,0."
)
SCORE_ALT = "Peta kotak nilai KBK {n} {who} menurut bulan pada {period}; {full} dari {known} bulan-{who} bernilai 4,0."
COST_CAPTION = (
    "Kapitasi bruto dan yang tidak dibayarkan menurut {rule}. Pembayaran suatu bulan memakai hasil bulan sebelumnya, "
    "peserta dan tarif bulan itu. Syarat “satu tahun dan/atau 5.000 peserta” dihitung menurut kedua bacaannya."
)
COST_NOTE = (
    "{parts} dalam {rule} belum dikonfirmasi; cocokkan dengan satu lembar pembayaran BPJS Kesehatan sebelum angka ini "
    "dipakai untuk keputusan keuangan."
)
SCORE_DOUBT = " {parts} dalam {rule} belum dikonfirmasi."
EXEMPT_NOTE = (
    "{names} dikecualikan dari penilaian KBK (sulit akses jaringan komunikasi data); angkanya tetap ditampilkan dan ikut "
    "dijumlahkan sebagai bahan pembinaan."
)
COST_FACILITY_CAPTION = "Kapitasi bruto dan yang tidak dibayarkan tiap {who}, {period}."
GRADE_NAMES = {
    "1": "Tingkat 1", "2": "Tingkat 2", "3": "Tingkat 3", "4": "Tingkat 4 (target)",
    "tidak_aman": "Tidak aman", "aman": "Zona aman", "prestasi": "Zona prestasi",
}  # fmt: skip
RULE_CAPTION = "Batas tingkat dan bobot menurut {rule}. Tanda *: belum dikonfirmasi."
PAYMENT_CAPTION = "Persen kapitasi yang dibayarkan menurut {rule}. Tanda *: belum dikonfirmasi."
FILES_CAPTION = "Berkas masukan. Sidik lengkap tiap berkas ada di manifest.json yang menyertai laporan."
ORIGIN_CAPTION = (
    "Versi dan parameter. Dengan berkas, program, dan parameter yang sama, laporan yang sama dapat dibuat lagi."
)
TITLE = "Evaluasi Kapitasi Berbasis Kinerja {district}"
PUBLISHED_TITLE = "Angka KBK yang Terbit: {district}"
SUBTITLE = "{period} {compare}"
NEW_SETTINGS = """\
# Pengaturan daerah. Penjelasan tiap kunci: docs/panduan.md, bagian 3.
name: {name}
level: {level}
{codes}# Arti kolom Bulan Kapitasi pada berkas BPJS: pelayanan, atau pembayaran (satu bulan sesudah pelayanan).
# Tanyakan kepada kantor cabang BPJS Kesehatan sebelum memakai angkanya.
bulan_kapitasi: pelayanan
"""
TEMPLATE_TITLE = "Isian KBK bulanan {district}, {year}"
TEMPLATE_GUIDE = (
    "Untuk daerah yang tidak memperoleh ekspor KBK dari BPJS Kesehatan. Bila ekspor BPJS ada, pakailah ekspor itu; "
    "hapus buku kerja ini dari folder data.",
    "1. Isilah lembar “Daftar FKTP”: Kode PPK delapan karakter seperti pada surat BPJS (sebagai teks, nol di depan tetap "
    "ditulis), nama FKTP, dan jenisnya. Hapus nama yang bukan FKTP daerah ini.",
    "2. Pada lembar tiap bulan isilah hanya sel kuning. Bulan pelayanan, kode, nama, dan jenis terisi sendiri dari "
    "lembar “Daftar FKTP”.",
    "3. Isilah jumlah orang atau jumlah rujukan, bukan rasionya. Tulis 0 hanya bila jumlahnya memang nol; biarkan kosong "
    "bila angkanya belum ada. Jangan menulis tanda strip atau keterangan di sel angka.",
    "4. Sel yang memerah berarti pembilangnya melebihi penyebutnya. Periksa keduanya.",
    "5. Lembar bulan yang belum diisi dibiarkan saja; lembar itu tidak dihitung.",
    "6. Simpan dari Excel atau LibreOffice (agar rumusnya terhitung), lalu jalankan kbk check. Jangan menulis nama, "
    "nomor kartu, atau keterangan lain tentang peserta di buku kerja ini.",
)
TEMPLATE_TYPES = ("Puskesmas", "Klinik Pratama", "RS D Pratama", "Dokter Praktik Perorangan", "Dokter Gigi")
TEMPLATE_ONLY_COUNTS = "Isi bilangan bulat 0 atau lebih. Biarkan kosong bila angkanya belum ada."
DATE_LABEL = "Data sampai {month}"
BANNER = "DATA SIMULASI – bukan data nyata"
ANNOTATED_TITLE = "Temuan pada {file}"
ANNOTATED_NOTE = (
    "Salinan untuk mencari sel yang perlu diperiksa; letak sel sama dengan berkas asli, kecuali tabel yang disusun ulang. "
    "Hanya kolom yang dibaca yang disalin. Perbaiki berkas aslinya, atau tulis koreksi di district.yml."
)
ANNOTATED_COLUMNS = (
    ("No.", 5), ("Tingkat", 11), ("Lembar", 16), ("Sel", 12), ("FKTP", 26), ("Bulan", 15), ("Jenis temuan", 28),
    ("Terbaca", 30), ("Yang dilakukan", 36), ("Yang dapat dilakukan", 44),
)  # fmt: skip
"""Headings of the list of findings in an annotated copy, and the widths of their columns in characters."""
FOOTER = "Evaluasi KBK {district}, {period}"
NO_TREND = "Tren {name} tidak dapat digambar: tidak satu bulan pun memiliki kedua angkanya."
NO_FACILITIES = "{name} menurut FKTP tidak dapat digambar: tidak ada FKTP dengan data pada periode ini."
NO_SCORES = "Nilai KBK tidak dapat digambar: tidak ada FKTP dengan data pada periode ini."
SOURCES_CONFIRMED = "**Terbaca di sumber sekunder** ({source}; naskah lampiran peraturan belum terbaca): {values}."
SOURCES_UNCONFIRMED = "**Belum dikonfirmasi** ({source}): {values}."
CONTROLLED_LIMIT = "batas {disease} terkendali"
MONTHS_NOTE = " Bulan: yang tersedia pada periode pembanding · periode ini."
COMPLETE_CAPTION = "Kelengkapan data menurut FKTP dan bulan, {period}: semua bulan-FKTP lengkap."
CHART_CAPTION = "{name} bulanan {who}, {first} sampai {last} (bagan {kind}; batas dihitung dari {judged}). Pada {last} {end} {unit}; terendah {low}, tertinggi {high}. Lingkaran biru: tanda perbaikan; wajik jingga: tanda penurunan mutu; abu-abu: naik-turun biasa. Garis putus-putus jingga: target {target}. Latar biru: {period}.{events}"
CHART_CAPTION_WITHOUT_LIMITS = "{name} bulanan {who}, {first} sampai {last}, tanpa batas alami. Pada {last} {end} {unit}; terendah {low}, tertinggi {high}. Garis putus-putus jingga: target {target}. Latar biru: {period}.{events}"
CHART_ALT = "Bagan {kind} {name} bulanan {who} dari {first} sampai {last} dalam {unit}, dengan batas alami dan garis target {target}. Nilai terendah {low}, tertinggi {high}, terakhir {end}."
CHART_ALT_WITHOUT_LIMITS = "Grafik garis {name} bulanan {who} dari {first} sampai {last} dalam {unit}, tanpa batas alami, dengan garis target {target}. Nilai terendah {low}, tertinggi {high}, terakhir {end}."
MARKS_CAPTION = "Tanda pada bagan {name} tiap {who} yang menyangkut {period}. Tiap bagan memakai batasnya sendiri; FKTP dengan kasus sedikit dilihat per triwulan."
FUNNEL_CAPTION = "Diagram corong {name} {n} {who}, {period}: nilai menurut banyaknya {size}. Garis tengah: nilai gabungan {overall} {unit}; garis tipis: batas 95 persen; garis tebal: batas 99,8 persen.{faint} {inside} {who} di dalam batas 95 persen, {between} di antara kedua batas, {beyond} di luar batas 99,8 persen. Corong bukan peringkat."
FUNNEL_FAINT = " Garis samar: batas bila semua sama kecuali karena kebetulan."
FUNNEL_ALT = "Diagram corong {name} {n} {who} pada {period} menurut banyaknya {size}, nilai gabungan {overall} {unit}: {inside} di dalam batas 95 persen, {between} di antara batas 95 dan 99,8 persen, {beyond} di luar batas 99,8 persen."
HISTORY_CAPTION = "Bagian {who} yang memenuhi target {name} ({target}), {first} sampai {last}, dengan interval Wilson 95 persen: {start} menjadi {end}. Target periode laporan dipakai untuk semua periode."
HISTORY_ALT = "Grafik titik bagian {who} yang memenuhi target {name} tiap periode dari {first} ({start}) sampai {last} ({end}), dengan interval 95 persen."
SHARES_CAPTION = "Bagian {who} yang sama yang memenuhi target, kedua periode. Naik / turun: menjadi memenuhi / tidak lagi memenuhi. Selisih dalam poin persen dengan interval berpasangan 95 persen menurut Newcombe (metode 10) dan menurut Tango; nilai p McNemar eksak dan mid-p, belum disesuaikan. Kesimpulan memakai p eksak yang disesuaikan (dalam kalimat di atas)."
STATES_CAPTION = "Keadaan tiap {who} terhadap target: {compare} dan {period}. Alasan yang tidak dapat dibandingkan ada di bawah tabel tiap indikator."
MODELS_CAPTION = "Perubahan nilai gabungan {who} sebagai rasio ({who} yang sama, periode ini dibagi pembanding), dengan dua cara: rasio dua rasio jumlah (galat baku jackknife, skala logaritma) dan model GEE dengan FKTP sebagai kelompok (galat baku tahan-keliru yang dikoreksi menurut Mancl–DeRouen). Keduanya pemeriksaan atas angka utama, bukan temuan tambahan: p disesuaikan (Holm) di dalam tiap cara saja, dan kesimpulan tetap menurut angka utama walaupun p di sini lebih kecil atau lebih besar. Rasio 1 berarti tidak berubah."
MONTHS_CAPTION = "Tiap bulan dibandingkan dengan bulan yang sama, hanya bulan-{who} yang tersedia pada kedua tahun, sehingga musim dan bulan yang hilang tidak tampak sebagai perubahan. p disesuaikan (Holm) untuk banyaknya bulan tiap indikator."
CHANGES_CAPTION = "Perubahan {name} tiap {who}: {how} Interval tiap baris berdiri sendiri; kesimpulan memakai nilai p yang disesuaikan menurut Benjamini–Hochberg untuk semua {who} yang diuji."
CHANGE_HOW = {
    "AK": "rasio laju (periode ini dibagi pembanding) dengan uji eksak bersyarat Poisson; hitungan diperkecil menurut keragaman antarbulan yang melebihi kebetulan.",
    "RRNS": "selisih poin persen dengan uji eksak Fisher; hitungan diperkecil bila keragaman antarbulan melebihi kebetulan.",
    "RPPT": "selisih poin persen rata-rata rasio DM dan HT dengan interval MOVER; hitungan diperkecil karena peserta yang sama dihitung tiap bulan.",
    "RPPB": "selisih poin persen dengan uji eksak Fisher; hitungan diperkecil bila keragaman antarbulan melebihi kebetulan.",
}
EVENTS_LEAD = "Pengaruh kegiatan diperiksa dengan dua cara: deret bulanan seluruh kabupaten terhadap kelanjutan garis sebelum kegiatan, dan perubahan FKTP yang ikut terhadap FKTP lain. Keduanya tidak membuktikan sebab; keduanya menunjukkan apakah data sejalan dengan pengaruh itu, dan penjelasan lain apa yang masih mungkin."
NO_EVENTS = "Tidak ada kegiatan yang dicatat dalam district.yml sebelum akhir periode, sehingga tidak ada pengaruh yang diperiksa."
METHODS_CAPTION = "Cara, rumus, dan rujukan tiap angka."
DEVIATIONS_CAPTION = "Perbedaan dari kebiasaan dan pilihan di tempat aturan diam, beserta alasannya."

DOCTOR_NOTE = "Hanya untuk dinas kesehatan daerah ini: memuat nama dokter. Jangan disebarkan atau diterbitkan."
DOCTOR_HEADINGS = (
    "Kode PPK", "Nama FKTP", "Bulan", "Dokter", "Rujukan", "Non spesialistik tanpa TACC", "Dikecualikan TACC",
    "Non spesialistik (%)",
)  # fmt: skip

REFERRALS_NONE = (
    "Tidak ada berkas kunjungan atau rujukan tiap peserta untuk periode ini, sehingga rujukan non spesialistik tidak "
    "dapat dirinci menurut diagnosis dan poli tujuan."
)
REFERRALS_NOTE = (
    "Dihitung dari berkas kunjungan: rujukan rawat jalan kasus non spesialistik, tiap kunjungan satu kali; rujukan "
    "dengan TACC disajikan terpisah. Yang ditampilkan paling banyak {rows} baris terbesar; bagiannya dari jumlah semua "
    "baris yang boleh terbit."
)
REFERRALS_SMALL = (
    "Baris dengan rujukan di bawah {limit}, dan baris lain yang akan membukanya, tidak diterbitkan dan tidak ikut "
    "dijumlahkan."
)
REFERRAL_TABLES = (
    (
        "referral_diagnoses",
        "Rujukan non spesialistik tanpa TACC menurut diagnosis, {period}",
        ("diagnosis", "name", "referrals", "share"),
    ),
    (
        "referral_clinics",
        "Rujukan non spesialistik tanpa TACC menurut poli tujuan, {period}",
        ("clinic", "referrals", "share"),
    ),
    (
        "referral_pairs",
        "Rujukan non spesialistik tanpa TACC menurut diagnosis dan poli tujuan, {period}",
        ("diagnosis", "name", "clinic", "referrals"),
    ),
    (
        "referral_tacc",
        "Rujukan non spesialistik yang dikecualikan TACC menurut alasan, {period}",
        ("tacc", "reason", "referrals", "share"),
    ),
)
REFERRAL_HEADINGS = {
    "diagnosis": "Diagnosis (ICD-10)",
    "name": "Nama dalam daftar 144",
    "clinic": "Poli tujuan",
    "referrals": "Rujukan",
    "share": "Bagian (%)",
    "tacc": "TACC",
    "reason": "Alasan",
}
