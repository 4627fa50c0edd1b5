"""Fixed texts of the reports on published figures; one place for all of them."""

from __future__ import annotations

from analysis.published_shares import ALWAYS, DEPENDS, NEVER

REAL_NOTE = (
    "**Angka terbitan.** Semua angka di laporan ini berasal dari sumber yang sudah terbit, disalin seperti "
    "tercetak. Data tiap {unit} tidak tersedia; yang dihitung di sini hanyalah apa yang diperbolehkan oleh angka "
    "itu."
)
SHORT_CONCLUSIONS = {ALWAYS: "selalu", NEVER: "tidak pernah", DEPENDS: "bergantung"}
NOT_COMPUTED = "Hasil angka terbitan belum ada. Jalankan dahulu notebook 01_published (atau kbk report)."

# Shares -----------------------------------------------------------------------------------------------------------

SHARE_FIRST = (
    "Sebanyak {before} persen {unit} mencapai {indicator} {target} pada {compare} dan {after} persen pada {period} "
    "({source}). Dari {before} ke {after} ialah {change} poin persen; karena kedua persen dibulatkan, selisih "
    "sebenarnya {low} sampai {high}."
)
SHARE_NO_TEST = (
    "Jumlah {unit} yang dihitung tidak disebut di sumber. Tanpa jumlah itu, dan tanpa hasil tiap {unit} pada kedua "
    "periode, tidak ada uji yang dapat dilakukan: apakah perubahan ini melampaui naik-turun biasa belum dapat "
    "disimpulkan."
)
SHARE_N_SAID = (
    "Sumber menyebut {n} {unit}. Tanpa hasil tiap {unit} pada kedua periode uji berpasangan tetap tidak dapat "
    "dilakukan: apakah perubahan ini melampaui naik-turun biasa belum dapat disimpulkan."
)
SHARE_FITS = (
    "Bila kedua persen memakai {unit} yang sama dan jumlahnya paling banyak {n_max}, hanya {count} jumlah yang "
    "cocok dengan kedua persen tercetak: {numbers}.{listed}"
)
SHARE_LISTED_OUT = (
    " Jumlah {listed} {unit} dalam daftar Kementerian Kesehatan {date} tidak termasuk: angka itu cocok dengan {which}."
)
SHARE_LISTED_IN = " Jumlah {listed} {unit} dalam daftar Kementerian Kesehatan {date} termasuk di antaranya."
SHARE_NO_FIT = (
    "Tidak ada jumlah {unit} sampai {n_max} yang cocok dengan kedua persen tercetak sekaligus; kedua persen memakai "
    "penyebut yang berbeda atau salah satunya salah cetak."
)
SHARE_DEPENDS = (
    "Untuk semua jumlah itu jawabannya sama, yakni bergantung pada berapa {unit} yang menjadi mencapai target dan "
    "berapa yang tidak lagi mencapainya: uji McNemar eksak memberi nilai p {small} bila tidak ada yang berubah "
    "berlawanan arah, dan {large} bila sebanyak mungkin berubah berlawanan arah."
)
SHARE_MIXED = (
    "Dari {count} jumlah itu, {always} akan selalu bermakna (p < 0,05), {never} tidak akan pernah bermakna, dan "
    "{depends} bergantung pada berapa {unit} yang naik dan berapa yang turun; nilai p McNemar eksak {small} bila "
    "tidak ada yang berlawanan arah dan {large} bila sebanyak mungkin berlawanan arah."
)
SHARE_CERTAIN = (
    "Yang pasti, bila {unit} yang dihitung sama pada kedua periode, sekurang-kurangnya {least} {unit} {direction}."
)
SHARE_CERTAIN_LIST = (
    "Bila {unit} yang dihitung sama, sekurang-kurangnya {least} {unit} {direction}; angka pastinya mengikuti jumlah "
    "{unit} (@tbl-jumlah)."
)
SHARE_LIMITS = (
    "Dua hal lagi membatasi perbandingan: sumber menulis “{printed}” sedangkan target {rule} ialah {target}, dan "
    "{spans}."
)
SHARE_LIMITS_SAME = "Satu hal lagi membatasi perbandingan: {spans}."
UNEQUAL_SPANS = (
    "{compare} ({before} bulan) dibandingkan dengan {period} ({after} bulan), sehingga musim dan panjang periode "
    "ikut berpengaruh"
)
EQUAL_SPANS = "{compare} dan {period} sama panjang, tetapi hal lain dapat berubah di antara keduanya"

SHARE_ALLOWED = (
    "Menyebut kedua persen seperti tercetak dan selisihnya: {change} poin persen ({low} sampai {high} karena "
    "pembulatan).",
    "Menyaring jumlah {unit} yang cocok dengan kedua persen: {count} jumlah sampai {n_max}.",
    "Menyebut, untuk tiap jumlah yang cocok, berapa {unit} yang mencapai target dan rentang nilai p yang mungkin.",
    "Meminta kepada pemilik data satu tabel saja yang menyelesaikan soal ini: {unit} menurut tercapai atau tidak "
    "pada kedua periode (empat angka).",
)
SHARE_NOT_ALLOWED = (
    "Menyatakan perubahan itu bermakna atau tidak bermakna secara statistik.",
    "Memilih satu jumlah {unit} sebagai yang benar; beberapa jumlah cocok sama baiknya.",
    "Menyebut {unit} mana yang membaik, berapa yang turun, atau kabupaten/kota mana yang berbeda.",
    "Menyebut {indicator} provinsi: bagian {unit} yang mencapai target bukan rasio jumlah rujukan.",
    "Menghitung nilai KBK, kapitasi, atau indikator lain.",
    "Mengaitkan perubahan dengan suatu kegiatan atau kebijakan.",
)
TARGET_NOTE = (
    "**Batas target.** Sumber menghitung {unit} dengan {indicator} “{printed}”, sedangkan target {rule} ialah "
    "{target}. Keduanya berbeda hanya bagi {unit} yang nilainya tepat {edge} persen, misalnya 1 dari 50 rujukan. "
    "Bagian menurut target aturan karena itu sama dengan atau lebih besar daripada yang tercetak; besarnya tidak "
    "dapat diketahui."
)
SPAN_NOTE = (
    "**Panjang periode.** {spans}. Sumber tidak menjelaskan apakah {indicator} setahun dihitung dari jumlah seluruh "
    "rujukan, rata-rata bulan, atau keadaan akhir periode; ketiganya dapat memberi bagian yang berbeda."
)
ROUNDING_NOTE = (
    "**Kedua persen sendiri-sendiri.** Sampai {n_max}, ada {fit_before} jumlah {unit} yang cocok dengan {before} "
    "persen dan {fit_after} yang cocok dengan {after} persen, tetapi hanya {count} yang cocok dengan keduanya. "
    "Jumlah terkecil yang cocok dengan keduanya ialah {least}."
)
IMPLIED_CAPTION = (
    "Jumlah {unit} yang cocok dengan {before} persen dan {after} persen sekaligus, dan yang akan mengikuti dari "
    "tiap jumlah. “Berlawanan arah” ialah banyaknya {unit} yang boleh berubah melawan perubahan bersih dengan p "
    "tetap di bawah 0,05, dari yang paling banyak mungkin. Kolom terakhir keliru memperlakukan kedua periode "
    "sebagai dua sampel bebas, dan hanya untuk perbandingan. “Bermakna” menyatakan apakah p di bawah 0,05: selalu, "
    "tidak pernah, atau bergantung pada yang naik dan yang turun."
)
IMPLIED_AFTER = (
    "Cara membaca baris pertama: bila jumlahnya {n} {unit}, yang mencapai target {k_before} lalu {k_after}. Selisih "
    "{change} itu tetap, tetapi yang berubah berlawanan arah dapat 0 sampai {most}. {limit}{beyond}\n\nAndai kedua "
    "periode diperlakukan sebagai dua sampel bebas, interval Newcombe tidak memuat nol pada {outside} dari {count} "
    "jumlah dan perubahan tampak “bermakna”. Kesimpulan itu keliru: {unit} yang sama dihitung dua kali, dan hasil "
    "tiap {unit} pada kedua periode yang menentukan."
)
IMPLIED_LIMIT = "Nilai p di bawah 0,05 bila paling banyak {limit} {unit} berubah berlawanan arah."
IMPLIED_NO_LIMIT = "Nilai p tidak pernah di bawah 0,05."
BEYOND = " Di atas batas {n_max}, baru mulai jumlah {always} ada yang akan selalu di bawah 0,05."
RANGE_CAPTION = (
    "Rentang nilai p McNemar eksak untuk tiap jumlah {unit} yang cocok, skala logaritma. Seluruh rentang mungkin; "
    "angka terbitan tidak menunjukkan bagian rentang mana yang benar. {crossing}"
)
RANGE_CROSSING = "Garis 0,05 memotong rentang pada {depends} dari {count} jumlah."
RANGE_ALT = (
    "Grafik {count} garis tegak, satu untuk tiap jumlah {unit} yang cocok dari {first} sampai {last}. Ujung bawah "
    "garis antara {small}, ujung atas pada p {large}; garis batas 0,05 memotong {depends} di antaranya."
)
LISTED_LABEL = "{listed}: daftar {date}, {verdict}"
SEPARATE_INTRO = (
    "Jumlah {unit} dapat berbeda pada kedua periode: {unit} baru dibuka, digabung, atau tidak melapor. Maka tiap "
    "persen boleh dicocokkan sendiri-sendiri (@tbl-terpisah), dan banyak pasangan jumlah menjadi mungkin. Uji "
    "berpasangan hanya dapat memakai {unit} yang ada pada kedua periode, sehingga rentang di atas tidak berlaku "
    "lagi; kesimpulannya tetap: tanpa hasil tiap {unit} tidak ada uji."
)
SEPARATE_NEAR = (
    " Sebagai contoh, {n_before} ({k_before} mencapai target) cocok dengan {compare}, dan {n_after} ({k_after}) "
    "cocok dengan {period}. Ini contoh, bukan dugaan tentang jumlah yang dipakai sumber."
)
SEPARATE_CAPTION = (
    "Jumlah {unit} di sekitar {listed} (daftar Kementerian Kesehatan {date}) dan banyaknya yang mencapai target "
    "bila cocok dengan persen tercetak; “–” berarti tidak ada bilangan bulat yang cocok."
)
SEPARATE_CAPTION_UNLISTED = (
    "Jumlah {unit} di sekitar {n_max} dan banyaknya yang mencapai target bila cocok dengan persen tercetak; “–” "
    "berarti tidak ada bilangan bulat yang cocok."
)
OTHER_COMPARE = (
    "Hasil yang tersimpan membandingkan dengan {stored}, bukan {asked}. Jalankan dahulu notebook 01_published "
    "dengan pembanding itu."
)
INVITED = (
    "Sumber yang sama menyebut {invited} {who}. Andai itu semua {unit} yang belum mencapai target, satu orang dari "
    "tiap {unit}, maka jumlah {unit} pada {period} hanya dapat {denominators}, dan {fits}. Pada jumlah yang cocok "
    "dengan kedua persen, yang belum mencapai target {low} sampai {high} {unit}. Maka undangan itu tampaknya hanya "
    "untuk sebagian {unit}, atau kedua persen memakai jumlah yang berbeda; sumber tidak menjelaskannya."
)
INVITED_NONE = (
    "Sumber yang sama menyebut {invited} {who}. Tidak ada jumlah {unit} sampai {n_max} yang menyisakan tepat "
    "{invited} {unit} di luar target pada {period}, sehingga undangan itu bukan untuk semuanya."
)
PUBLISHED_CAPTION = "Angka seperti tercetak di sumber. “–” berarti tidak disebut."
SHARE_METHODS = """**Jumlah yang cocok.** Untuk tiap n dari 1 sampai {n_max} dicari bilangan bulat k sehingga \
100·k/n dibulatkan menjadi persen yang tercetak; dihitung eksak dengan pecahan. Pembulatan setengah ke atas dan \
setengah ke genap sama-sama diterima; bila sumber memotong desimal tanpa membulatkan, jumlah yang cocok akan lain. \
Batas {n_max} diambil dari {listed} ditambah kelonggaran.

**Rentang nilai p.** Bila n, k sebelum, dan k sesudah diketahui, selisih antara yang naik dan yang turun tetap, \
tetapi masing-masing tidak. Uji McNemar eksak dua sisi (McNemar, 1947, Psychometrika 12:153–157) dihitung pada kedua \
ujung: tidak ada yang berlawanan arah (p terkecil), dan sebanyak mungkin berlawanan arah (p terbesar). Nilai p tidak \
pernah mengecil bila pasangan yang berlawanan arah bertambah, sehingga kedua ujung itu cukup.

**Simpulan tiap jumlah.** “{always}” bila p terbesar di bawah 0,05; “{never}” bila p terkecil tidak di bawah 0,05; \
selain itu “{depends}”. Hanya satu perbandingan yang dibahas, sehingga tidak ada penyesuaian untuk banyaknya uji; \
rentang itu sendiri bukan hasil uji.

**Pembanding yang keliru.** Interval skor hibrida Newcombe untuk selisih dua proporsi bebas, taraf 95 persen \
(Newcombe, 1998, Statistics in Medicine 17:873–890, metode 10)."""
METHODS_LISTED = "{listed} puskesmas dalam daftar Kementerian Kesehatan {date}"
METHODS_UNLISTED = "perkiraan tertinggi yang masuk akal"

# Zones ------------------------------------------------------------------------------------------------------------

ZONE_NAMES = {"TIDAK AMAN": "Tidak aman", "AMAN": "Aman", "PRESTASI": "Prestasi"}
ZONE_CHANGE = (
    "Zona {zone} {title}: {before} dari {total} FKTP ({share_before} persen) pada {first} dan {after} "
    "({share_after} persen) pada {last}, selisih {change} poin persen."
)
ZONE_CERTAIN = (
    "Bila {total} FKTP itu sama pada kedua bulan, sekurang-kurangnya {unsafe} FKTP {left} zona tidak aman dan "
    "sekurang-kurangnya {best} FKTP {joined} zona prestasi."
)
ZONE_RANGE = (
    "Berapa FKTP yang berpindah ke arah sebaliknya tidak diketahui. Uji McNemar eksak dapat memberi p {unsafe} "
    "untuk zona tidak aman dan p {best} untuk zona prestasi, menurut perpindahan yang mungkin; {verdict}."
)
ZONE_NO_RANGE = "Rentang nilai p tidak dapat dihitung: {reason}."
ZONE_VERDICTS = {
    DEPENDS: "apakah perubahan melampaui naik-turun biasa belum dapat disimpulkan",
    ALWAYS: "keduanya di bawah 0,05 apa pun perpindahannya",
    NEVER: "keduanya tidak di bawah 0,05 apa pun perpindahannya",
    "": "kedua zona tidak sama simpulannya (@tbl-perubahan)",
}
ZONE_TREND = (
    "Dari bulan ke bulan zona tidak aman {unsafe} FKTP dan zona prestasi {best} FKTP{direction}. Menguji {n} bulan "
    "sekaligus (Q Cochran) memerlukan zona tiap FKTP pada setiap bulan, yang tidak terbit."
)
ZONE_STEADY = "; keduanya bergerak ke arah yang baik pada setiap bulan"
ZONE_UNSTEADY = "; arahnya tidak sama pada setiap bulan"
ZONE_LIMITS = (
    "Angka ini hanya tentang zona {title} ({indicator}) menurut {rule}. Nilai {indicator} dalam per mil, indikator "
    "lain, FKTP mana yang berpindah, dan pembayarannya tidak dapat diketahui."
)
ZONE_ALLOWED = (
    "Menyebut banyaknya dan bagian FKTP di tiap zona pada tiap bulan; seluruh {total} FKTP terhitung.",
    "Menyebut perubahan bersih {first} ke {last}: tidak aman {unsafe}, prestasi {best} FKTP.",
    "Menyebut jumlah paling sedikit FKTP yang pasti berpindah, bila FKTP-nya sama.",
    "Menyebut rentang nilai p atas semua perpindahan yang mungkin, dengan mengatakan bahwa itu rentang.",
    "Memeriksa persen tercetak terhadap banyaknya FKTP.",
)
ZONE_NOT_ALLOWED = (
    "Menyebut FKTP mana yang berpindah, berapa yang naik, dan berapa yang turun.",
    "Menyatakan perubahan itu bermakna atau tidak bermakna secara statistik.",
    "Menyebut {title} kabupaten/kota atau tiap FKTP dalam per mil; yang terbit hanya zonanya.",
    "Menyebut zona atau nilai indikator lain.",
    "Menghitung persen pembayaran: pembayaran mengikuti zona tiga indikator tiap FKTP, di sini hanya satu.",
    "Memperpanjang arah tiga bulan ke bulan berikutnya; musim dan aturan berubah.",
)
ZONE_FIGURE_CAPTION = (
    "FKTP {area} menurut zona {title}, {first} sampai {last}; seluruh {total} FKTP. Tidak aman {unsafe} menjadi "
    "{unsafe_after}, prestasi {best} menjadi {best_after}."
)
ZONE_FIGURE_ALT = (
    "Batang bertumpuk, satu untuk tiap bulan dari {first} sampai {last}: bagian FKTP di zona tidak aman, aman, dan "
    "prestasi. {counts}."
)
ZONE_TABLE_CAPTION = (
    "FKTP menurut zona {title} per bulan, dengan interval skor Wilson 95 persen dan persen tercetak di sumber. "
    "Semua FKTP dihitung, bukan sampel: interval menggambarkan keragaman yang wajar pada banyaknya FKTP sebesar "
    "ini, bukan galat penarikan sampel."
)
ZONE_CHECK_OK = (
    "Semua {n} persen tercetak sama dengan hasil hitung ulang yang dibulatkan ke bilangan bulat, dan jumlah ketiga "
    "zona sama dengan {total} pada setiap bulan.{sums}"
)
ZONE_CHECK_BAD = (
    "{bad} dari {n} persen tercetak tidak sama dengan hasil hitung ulang: {which}. Banyaknya FKTP yang dipakai.{sums}"
)
ZONE_SUMS = " Persen tercetak {months} berjumlah {sum}, bukan 100; ini akibat pembulatan."
ZONE_CHANGE_CAPTION = (
    "Perubahan {first} ke {last} dan rentang nilai p McNemar eksak atas semua perpindahan yang mungkin. “Berlawanan "
    "arah” ialah banyaknya FKTP yang boleh berpindah melawan perubahan bersih dengan p tetap di bawah 0,05, dari "
    "yang paling banyak mungkin. “Bermakna” menyatakan apakah p di bawah 0,05: selalu, tidak pernah, atau "
    "bergantung pada yang naik dan yang turun."
)
ZONE_EXPLAIN = (
    "Zona tidak aman berubah {net} FKTP bersih. Perpindahan paling sedikit terjadi bila {least} FKTP berpindah "
    "searah dan tidak ada yang sebaliknya: {small}. Perpindahan paling banyak, {most} FKTP, terjadi bila {against} "
    "FKTP berpindah berlawanan arah: {large}. Di antaranya, p di bawah 0,05 bila yang berlawanan arah paling banyak "
    "{limit}. Zona tiap FKTP pada {first} dan {last}, cukup satu tabel tiga kali tiga, menyelesaikan soal ini."
)
ZONE_METHODS = """**Bagian FKTP.** Banyaknya FKTP di suatu zona dibagi seluruh FKTP bulan itu. Interval skor Wilson \
95 persen (Wilson, 1927, JASA 22:209–212). Semua FKTP dihitung; interval menggambarkan keragaman, bukan galat \
penarikan sampel.

**Rentang nilai p.** Bila FKTP-nya sama, selisih antara yang keluar dari dan yang masuk ke suatu zona tetap, tetapi \
masing-masing tidak. Uji McNemar eksak dua sisi (McNemar, 1947, Psychometrika 12:153–157) dihitung pada kedua ujung: \
tidak ada yang berlawanan arah, dan sebanyak mungkin berlawanan arah. Nilai p tidak pernah mengecil bila pasangan \
yang berlawanan arah bertambah, sehingga kedua ujung itu cukup.

**Banyaknya perbandingan.** {tests} zona dibandingkan. {adjusted} Rentang itu sendiri bukan hasil uji.

**Tiga bulan sekaligus.** Uji Q Cochran (Cochran, 1950, Biometrika 37:256–266) memerlukan zona tiap FKTP pada setiap \
bulan; jumlah per bulan tidak cukup.

**Persen tercetak.** Dibandingkan dengan banyaknya FKTP; pembulatan setengah ke atas dan setengah ke genap diterima."""
ADJUSTED_SAME = "Dengan taraf 0,05 dibagi {tests} (Bonferroni) simpulan untuk kedua zona tidak berubah."
ADJUSTED_DIFFERENT = "Dengan taraf 0,05 dibagi {tests} (Bonferroni) simpulan berubah untuk zona {zones}."

# Rules and source -------------------------------------------------------------------------------------------------

RULE_CAPTION = "Nilai {rule} yang menjadi acuan, dengan status dan sumbernya."
RULE_ROWS = {"first_month": "Bulan pertama berlaku", "last_month": "Bulan terakhir berlaku"}
NO_END = "belum berakhir"
SOURCE_TEXT = "**Sumber angka.** {sources}.\n\n**Satuan.** {unit}. Data tiap {unit} tidak terbit dan tidak dipakai."
