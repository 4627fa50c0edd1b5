# Targets with a text after ## appear in the help; lines that begin with #> stand below it.

.DEFAULT_GOAL := help
.PHONY: help setup report reports check names new list simulate doctor lab test test-slow lint format calibrate bench bench-statistics bench-visits lock clean

# cmd.exe only where make found no sh, as in Git Bash.
ifeq ($(OS)$(SHELL),Windows_NTsh.exe)
NULL := NUL
else
NULL := /dev/null
endif
ifeq ($(OS),Windows_NT)
OWN := ".venv/Scripts/python.exe"
else
OWN := .venv/bin/python
endif

# What the analyst types is taken literally by make (value) and handed over in the environment, past every shell.
override DISTRICT := $(value DISTRICT)
override PERIOD := $(value PERIOD)
override COMPARE := $(value COMPARE)
override RENDERER := $(value RENDERER)
override ENGINE := $(value ENGINE)
override NAME := $(value NAME)
override LEVEL := $(value LEVEL)
override YEAR := $(value YEAR)
override DISTRICTS := $(value DISTRICTS)
override JOBS := $(value JOBS)
override LIMIT := $(value LIMIT)
override SCHEDULER := $(value SCHEDULER)
export DISTRICT DISTRICTS PERIOD COMPARE RENDERER ENGINE NAME LEVEL YEAR JOBS LIMIT SCHEDULER

# A candidate is run, not only looked up: shims and the Store's stand-in are on PATH but start nothing.
fits = $(if $(filter yes,$(shell $(1) -c "import sys; print('yes' if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'no')" 2>$(NULL))),$(1))
runs = $(if $(filter yes,$(shell $(1) -c "print('yes')" 2>$(NULL))),$(1))
ifdef PYTHON
PY := $(PYTHON)
else
PY := $(or $(if $(wildcard .venv/pyvenv.cfg),$(call fits,$(OWN))),$(call fits,python3.13),$(call fits,python3.12),$(call fits,python3.11),$(call fits,python3),$(call fits,python),$(if $(filter Windows_NT,$(OS)),$(call fits,py -3)),$(call runs,python3),$(call runs,py -3))
endif
ifeq ($(PY),)
$(info Python tidak ditemukan. Pasang Python 3.13 dari https://www.python.org/downloads/ (di Windows centang "Add python.exe to PATH"),)
$(info buka terminal baru, lalu ulangi. Dengan conda: conda env create -f environment.yml && conda activate kbk)
$(error Python 3.11, 3.12, atau 3.13 diperlukan)
endif

RUN := $(PY) src/setup_env.py --

help: ## Tampilkan bantuan ini
	@$(PY) src/setup_env.py --help-make

setup: ## Siapkan atau perbarui lingkungan Python (.venv); QUARTO=1 mencoba mengunduh Quarto sekali lagi, SPARK=1 memasang Spark, DASK=1 memasang Dask
	@$(PY) src/setup_env.py $(if $(value QUARTO),--quarto) $(if $(value SPARK),--spark) $(if $(value DASK),--dask)

report: ## Buat laporan: DISTRICT=sanggau [PERIOD=…] [COMPARE=…] [RENDERER=auto|quarto|pandoc] [ENGINE=duckdb|spark] [AGAIN=1]
	+@$(PY) src/setup_env.py --need=DISTRICT
	@$(RUN) kbk report$(if $(value AGAIN), --again) --period=@PERIOD --compare=@COMPARE --renderer=@RENDERER --engine=@ENGINE -- @DISTRICT

reports: ## Buat laporan semua daerah di data/raw: [DISTRICTS="sanggau bantul"] [PERIOD=…] [JOBS=2] [LIMIT=menit] [SCHEDULER=tcp://…] dan pilihan seperti report
	@$(RUN) kbk reports$(if $(value AGAIN), --again) --period=@PERIOD --compare=@COMPARE --renderer=@RENDERER --engine=@ENGINE --jobs=@JOBS --limit=@LIMIT --scheduler=@SCHEDULER -- @DISTRICTS @DISTRICT

check: ## Periksa berkas BPJS satu daerah tanpa membuat laporan: DISTRICT=sanggau [ENGINE=duckdb|spark]
	+@$(PY) src/setup_env.py --need=DISTRICT
	@$(RUN) kbk check --engine=@ENGINE -- @DISTRICT

new: ## Buat folder daerah baru dan buku kerja isian: DISTRICT=bantul [NAME="Kabupaten Bantul"] [LEVEL=kabupaten|kota|provinsi] [YEAR=2025]
	+@$(PY) src/setup_env.py --need=DISTRICT
	@$(RUN) kbk new --name=@NAME --level=@LEVEL --year=@YEAR -- @DISTRICT

names: ## Tampilkan nama FKTP yang belum dikenali dan simpan pilihan kodenya: DISTRICT=sanggau
	+@$(PY) src/setup_env.py --need=DISTRICT
	@$(RUN) kbk names -- @DISTRICT

list: ## Daftar kabupaten/kota, bulan yang tersedia, dan laporan yang sudah terbit
	@$(RUN) kbk list

simulate: ## Buat data simulasi untuk mencoba: [DISTRICT=sanggau]
	@$(RUN) kbk simulate -- @DISTRICT

doctor: ## Periksa komputer ini: Python, paket, pembuat laporan, huruf, ruang disk
	@$(RUN) kbk doctor

lab: export JUPYTER_DEFAULT_PROVISIONER_NAME := warm-provisioner
lab: ## Buka notebook di JupyterLab
	@$(RUN) jupyter lab notebooks/

test: setup ## Jalankan semua pemeriksaan: ruff, mypy, pytest
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) pytest -n auto --dist loadfile -m "not slow"

test-slow: setup ## Jalankan pengujian yang lama saja: ribuan berkas kotor, berkas acak, proses yang dihentikan paksa
	@$(RUN) pytest -n auto --dist worksteal -m slow

lint: ## Periksa gaya dan tipe saja: ruff, mypy
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy

format: ## Rapikan kode dengan ruff
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

calibrate: ## Uji ulang ketepatan metode statistik dan tulis docs/kalibrasi.md (sekitar sepuluh menit)
	@$(RUN) python docs/kalibrasi.py

bench: ## Ukur waktu satu laporan dan banyak laporan (20, 100) di samping cara biasa, tulis docs/ukuran-laporan.md
	@$(RUN) python docs/ukur_laporan.py

bench-statistics: ## Ukur waktu menghitung semua tabel dan tulis docs/ukuran-statistik.md
	@$(RUN) python docs/ukur_statistik.py

bench-visits: ## Ukur pembacaan berkas kunjungan (1, 10, 50 juta) dan tulis docs/ukuran-kunjungan.md dan docs/ukuran-orang.md
	@$(RUN) python docs/ukur_kunjungan.py
	@$(RUN) python docs/ukur_orang.py

lock: ## Buat ulang requirements.lock, requirements-spark.lock, dan requirements-dask.lock dari pyproject.toml (perlu jaringan)
	@$(RUN) uv pip compile --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-emit-index-url --no-header --no-annotate --group dev pyproject.toml -o requirements.lock
	@$(RUN) uv pip compile --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-binary pyspark --no-emit-index-url --no-header --no-annotate --group spark -c requirements.lock -o requirements-spark.lock
	@$(RUN) uv pip compile --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-emit-index-url --no-header --no-annotate --group dask -c requirements.lock -o requirements-dask.lock

clean: ## Hapus .venv dan berkas sementara; data dan laporan tidak disentuh
	@$(PY) src/setup_env.py --clean

#>
#> Contoh:
#>   make report DISTRICT=sanggau
#>   make report DISTRICT=sanggau PERIOD=2025-S1 COMPARE=2024-S2
#>   make reports PERIOD=2025-S1
#>   make check DISTRICT=sanggau
#>
#> Python lain dipilih dengan PYTHON=, misalnya make setup PYTHON=python3.12.
